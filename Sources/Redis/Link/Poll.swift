import CSystem
import Glibc

/// poll(2) under a deadline, woken early when the process is asked to stop; a wait for the reply to a
/// write when it is asked twice.
package enum Poll {
    /// Waits until one of `events` holds for `descriptor`, or it is in error, which the next read or write reports.
    package static func wait(for descriptor: Int32, events: Int16, until deadline: Deadline) throws(LinkError) {
        let heeds = deadline.heedsInterrupts
        var watched = [
            pollfd(fd: descriptor, events: events, revents: 0),
            pollfd(
                fd: heeds ? csystem_interrupt_descriptor() : csystem_insistent_descriptor(),
                events: Int16(POLLIN),
                revents: 0
            ),
        ]
        while true {
            let notice = heeds ? nil : Interruption.holdUp()
            let rest = notice.map { Deadline.after($0).orEarlier(deadline) } ?? deadline
            let ready = poll(&watched, nfds_t(watched.count), rest.pollMilliseconds)
            let signal = csystem_interrupt_signal()
            if signal != 0, heeds || Interruption.isInsistent { throw .interrupted(signal: signal) }
            if ready > 0 { return }
            if ready == 0 && deadline.hasPassed { throw .timedOut(after: deadline.allowance) }
            if ready < 0 && errno != EINTR { throw .disconnected(reason: SystemError.last.description) }
        }
    }

    /// Sleeps until the deadline, or throws when the process is asked to stop.
    package static func sleep(until deadline: Deadline) throws(LinkError) {
        do {
            try wait(for: -1, events: 0, until: deadline)
        } catch .timedOut {
            return
        }
    }
}
