/// What `check` judges by.
package struct CheckLimits: Sendable, Equatable {
    /// Entries of a group still to be delivered.
    package var lag: Threshold
    /// Entries of a group delivered and not acknowledged.
    package var pending: Threshold
    /// How long a group's pending entry has not been delivered to anyone, in milliseconds.
    package var oldest: Threshold
    /// Entries in a stream of dead letters.
    package var deadLetters: Threshold
    /// Memory in use, in millionths of `maxmemory`.
    package var memory: Threshold

    /// The defaults. The lag is critical well before a group on one of the streams bounded to 10,000 entries loses any; an
    /// entry can be claimed after half a minute, so ten times that means that nobody does.
    package init(
        lag: Threshold = Threshold(warning: 1_000, critical: 5_000),
        pending: Threshold = Threshold(warning: 1_000, critical: 5_000),
        oldest: Threshold = Threshold(warning: 300_000, critical: 1_800_000),
        deadLetters: Threshold = Threshold(warning: 0, critical: 100),
        memory: Threshold = Threshold(warning: 800_000, critical: 900_000)
    ) {
        self.lag = lag
        self.pending = pending
        self.oldest = oldest
        self.deadLetters = deadLetters
        self.memory = memory
    }
}
