/// How a dispatcher of one table works: what its service reads from variables.
package struct DispatchRules: Sendable, Equatable {
    /// How many rows are taken at once.
    package var batch: Int
    /// How often rows are looked for while none waits, in milliseconds.
    package var interval: Int
    /// For how long a row of the API is locked, in seconds; nothing to the Coordinator, which keeps a transaction open.
    package var lockSeconds: Int
    /// After how many attempts a row is given up.
    package var maxAttempts: Int
    /// The `MAXLEN ~` of every XADD.
    package var maxLength: UInt64

    /// What the service does when no variable is set.
    package static func standard(of outbox: OutboxTable) -> DispatchRules {
        switch outbox {
        case .api:
            DispatchRules(batch: 32, interval: 250, lockSeconds: 30, maxAttempts: 100, maxLength: 100_000)
        case .coordinator:
            DispatchRules(batch: 50, interval: 1_000, lockSeconds: 30, maxAttempts: 10, maxLength: 100_000)
        }
    }
}
