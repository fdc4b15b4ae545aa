import Redis

/// A group for which entries wait, and none of whose consumers was heard of since.
package struct SilentReader: Sendable, Equatable {
    /// How long entries have waited and no consumer was heard of, in milliseconds.
    package let silence: UInt64
    /// The entries that wait.
    package let waiting: Quantity
    /// How many consumers it has.
    package let consumers: Int
}

extension GroupStanding {
    /// How long none of its consumers was heard of, in milliseconds; nil without consumers, or where that is not known.
    package var silence: UInt64? { consumers?.map(\.info.idle).min() }

    /// What is known of consumers that are silent while entries wait; nil where nothing waits for certain, or how long for is not known.
    ///
    /// Before Redis 7.2 a consumer that asks is heard of only when it is given something: on a quiet stream it is silent for long, and
    /// only the age of what waits proves anything. An id that is no clock time has none; from 7.2 on it is not needed.
    package var silentReader: SilentReader? {
        guard lag.isCertainly(atLeast: 1), !isLeftOver, let consumers, let silence else { return nil }
        let wait = behind.flatMap { UInt64(exactly: $0) }
        let isTold = consumers.contains { $0.info.lastSuccess != .untold }
        guard wait != nil || isTold else { return nil }
        return SilentReader(silence: min(silence, wait ?? silence), waiting: lag, consumers: consumers.count)
    }
}
