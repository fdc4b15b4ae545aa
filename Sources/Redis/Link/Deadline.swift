import CSystem
import Glibc

/// A moment on the monotonic clock after which a wait is given up.
///
/// Every connect, handshake, read and write takes one; it is absolute, so a peer that drips bytes cannot extend it.
package struct Deadline: Sendable, Equatable {
    /// The moment itself.
    package internal(set) var instant: ContinuousClock.Instant
    /// How long the wait was meant to last, for the message when it has passed.
    package let allowance: Duration
    /// Whether a wait ends early when the process is asked to stop. Not where that would leave a write in doubt: such a wait
    /// ends when a command that writes is asked a second time.
    package var heedsInterrupts = true

    /// A deadline that lies `allowance` from now.
    package static func after(_ allowance: Duration) -> Deadline {
        Deadline(instant: .now + allowance, allowance: allowance)
    }

    /// As good as never, for what takes as long as somebody wants: a person at a keyboard, a server that is watched.
    package static var distant: Deadline { .after(.seconds(365 * 86_400)) }

    /// The earlier of two deadlines. A request to stop ends the wait only where it may end both.
    package func orEarlier(_ other: Deadline) -> Deadline {
        var earlier = other.instant < instant ? other : self
        earlier.heedsInterrupts = heedsInterrupts && other.heedsInterrupts
        return earlier
    }

    /// A deadline that lies as far ahead as this one did.
    package var renewed: Deadline {
        var renewed = Deadline.after(allowance)
        renewed.heedsInterrupts = heedsInterrupts
        return renewed
    }

    /// A deadline after one of `count` equal parts of the time that is left.
    package func share(of count: Int) -> Deadline {
        var share = Deadline.after(remaining / count)
        share.heedsInterrupts = heedsInterrupts
        return share
    }

    /// The time left, never negative.
    package var remaining: Duration {
        max(.zero, instant - .now)
    }

    /// Whether the moment has come.
    package var hasPassed: Bool {
        instant <= .now
    }

    /// The time left as poll(2) takes it: whole milliseconds, rounded up so that a wait never ends a moment early.
    package var pollMilliseconds: Int32 {
        let (seconds, attoseconds) = remaining.components
        let milliseconds = seconds.multipliedReportingOverflow(by: 1000)
        guard !milliseconds.overflow, milliseconds.partialValue < Int32.max - 1000 else { return Int32.max }
        let fraction = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(milliseconds.partialValue + fraction)
    }
}

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

/// How long to wait, at most.
package struct Timeouts: Sendable, Equatable {
    /// From the first packet to a connection that has been let in (name resolution and AUTH included).
    package var connect: Duration
    /// For the reply to one command, or to all of one pipeline.
    package var command: Duration
    /// When everything must be over, however many commands there are; nil for no such moment.
    package var end: Deadline?

    /// The defaults: two seconds to connect, five for a reply.
    package init(connect: Duration = .seconds(2), command: Duration = .seconds(5), end: Deadline? = nil) {
        self.connect = connect
        self.command = command
        self.end = end
    }

    /// A deadline, or the end of everything where that is earlier.
    package func capped(_ deadline: Deadline) -> Deadline {
        end.map(deadline.orEarlier) ?? deadline
    }
}
