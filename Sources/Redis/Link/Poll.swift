import CSystem
import Glibc

/// poll(2) under a deadline, woken early when the process is asked to stop.
package enum Poll {
    /// Waits until one of `events` holds for `descriptor`, or it is in error, which the next read or write reports.
    package static func wait(for descriptor: Int32, events: Int16, until deadline: Deadline) throws(LinkError) {
        var watched = [
            pollfd(fd: descriptor, events: events, revents: 0),
            pollfd(
                fd: deadline.heedsInterrupts ? csystem_interrupt_descriptor() : -1,
                events: Int16(POLLIN),
                revents: 0
            ),
        ]
        while true {
            let ready = poll(&watched, nfds_t(watched.count), deadline.pollMilliseconds)
            let signal = csystem_interrupt_signal()
            if signal != 0 && deadline.heedsInterrupts { throw .interrupted(signal: signal) }
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
