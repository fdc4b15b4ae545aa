/// What `dlq redrive` may do.
package struct RedriveRules: Sendable, Equatable {
    /// Whether to put back also what is not worth a replay, and what no signature vouches for.
    package let isForced: Bool
    /// The most messages to put back; nil for all.
    package let limit: UInt64?
    /// The most messages a second; nil for as many as the server takes.
    package let rate: Int?

    /// These rules.
    package init(isForced: Bool = false, limit: UInt64? = nil, rate: Int? = nil) {
        self.isForced = isForced
        self.limit = limit
        self.rate = rate
    }

    /// What speaks against a dead letter under these rules.
    func obstacle(_ letter: DeadLetter, in bytes: [UInt8]) -> RedriveObstacle? {
        guard let obstacle = letter.obstacle(in: bytes) else { return nil }
        return isForced && obstacle.canBeForced ? nil : obstacle
    }
}
