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

    /// A deadline after one of so many equal parts of the time that is left.
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
