import Redis

/// How long each stream is.
package struct LengthsReport: Sendable, Equatable {
    /// The streams, in the order of the table, then their dead letters.
    package let streams: [ObservedStream]
    /// The server's clock in Unix milliseconds; nil when it would not tell.
    package let now: UInt64?
    /// Missing streams, wrong types, refusals, crossed limits.
    package let findings: [Finding]
}

extension ObservedStream {
    /// The share of the bound that is taken, 1 for all of it; nil without a bound or without a stream.
    package var fill: Double? {
        guard let length = state.info?.length, let bound = definition.bound, bound > 0 else { return nil }
        return Double(length) / Double(bound)
    }

    /// The age of an entry in milliseconds; nil when there is none, or when its id is no clock time.
    ///
    /// Ids are made from the server's clock, but an entry may be given any: what lies before 2001 or after now is none.
    package func age(of id: EntryID?, at now: UInt64?) -> UInt64? {
        id?.age(at: now)
    }
}

extension EntryID {
    /// The age in milliseconds by a clock that stands at `now`; nil when the id is no clock time: one before 2001 or after
    /// now.
    package func age(at now: UInt64?) -> UInt64? {
        guard let now, milliseconds >= 1_000_000_000_000 else { return nil }
        return milliseconds <= now ? now - milliseconds : nil
    }
}
