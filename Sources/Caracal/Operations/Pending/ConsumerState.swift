import Redis

/// What can be said of a consumer from the outside.
package enum ConsumerState: String, Sendable, CaseIterable {
    /// Heard of lately, and holding nothing for long.
    case active
    /// Holds entries that it has not acknowledged for longer than others must leave them alone.
    case stuck
    /// Not heard of for ten times that long (`silence`).
    case gone
    /// Nothing tells a consumer that waits for entries from one that is gone: before Redis 7.2, while it holds none. Or not all of
    /// the entries that it holds were looked at (none where XPENDING is not permitted), and those that were are no sign of anything.
    case unknown

    /// The idle time from which on a consumer is not expected back, in milliseconds.
    ///
    /// - Parameter claimIdle: the idle time after which others may claim an entry, in milliseconds.
    package static func silence(claimIdle: UInt64) -> UInt64 {
        let (silence, isTooLarge) = max(1, claimIdle).multipliedReportingOverflow(by: 10)
        return isTooLarge ? .max : silence
    }

    /// Judges a consumer.
    ///
    /// From Redis 7.2 on `idle` is the time since its last attempt, so a consumer that still asks is there; before, it is
    /// the time since its last success, which grows for everyone while a stream is quiet.
    /// - Parameters:
    ///   - held: how long the entry it has held longest, of those that were looked at, was not delivered to anyone.
    ///   - isWhole: whether every entry it holds was looked at.
    ///   - claimIdle: the idle time after which others may claim an entry, in milliseconds.
    package init(_ consumer: ConsumerInfo, held: UInt64?, isWhole: Bool = true, claimIdle: UInt64) {
        let isSilent = consumer.idle >= Self.silence(claimIdle: claimIdle)
        if consumer.pending > 0, isSilent {
            self = .gone
        } else if consumer.pending > 0, consumer.quiet >= claimIdle || (held ?? 0) >= claimIdle {
            self = .stuck
        } else if !isWhole {
            self = .unknown
        } else if consumer.idle < claimIdle {
            self = .active
        } else if consumer.lastSuccess == .notReported {
            self = .unknown
        } else {
            self = isSilent ? .gone : .active
        }
    }
}

extension ConsumerInfo {
    /// Milliseconds since it last read or claimed something; since its last attempt, as far as known, if it never did.
    fileprivate var quiet: UInt64 {
        if case .ago(let time) = lastSuccess { time } else { idle }
    }
}

/// A consumer and what is thought of it.
package struct ConsumerStanding: Sendable, Equatable {
    /// What the server says of it.
    package let info: ConsumerInfo
    /// How long the entry that it has held longest, of those that were looked at, was not delivered to anyone, in milliseconds; nil
    /// when it holds none, or none that was looked at.
    package let held: UInt64?
    /// Whether every entry it holds was looked at.
    package let isWhole: Bool
    /// How many of the entries it holds, at least, are no longer in the stream, so that nobody can be given them: those ahead of the
    /// stream's first entry, not those that were deleted behind it.
    package let trimmed: UInt64
    /// What is thought of it.
    package let state: ConsumerState

    /// Judges a consumer.
    init(_ info: ConsumerInfo, held: UInt64?, isWhole: Bool = true, trimmed: UInt64 = 0, claimIdle: UInt64) {
        self.info = info
        self.held = held
        self.isWhole = isWhole
        self.trimmed = trimmed
        state = ConsumerState(info, held: held, isWhole: isWhole, claimIdle: claimIdle)
    }
}
