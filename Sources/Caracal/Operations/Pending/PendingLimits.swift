/// From when on what is pending is a finding.
package struct PendingLimits: Sendable, Equatable {
    /// More pending entries than this cross the limit; nil for no limit.
    package var maxPending: UInt64?
    /// An entry that waits for this many milliseconds crosses the limit; nil for no limit.
    package var maxIdle: UInt64?
    /// How many entries behind a group's position are counted: a greater lag is "at least" this.
    package var lagLimit: UInt64
    /// Whether entries that were removed before they were delivered are a failure, rather than a warning.
    package var judgesLoss: Bool
    /// The idle time after which others may claim an entry, in milliseconds (`AUDIT_CLAIM_IDLE_SECS`).
    package var claimIdle: UInt64

    /// No limits.
    package init(
        maxPending: UInt64? = nil,
        maxIdle: UInt64? = nil,
        lagLimit: UInt64 = 1_000_000,
        judgesLoss: Bool = false,
        claimIdle: UInt64 = 30_000
    ) {
        self.maxPending = maxPending
        self.maxIdle = maxIdle
        self.lagLimit = lagLimit
        self.judgesLoss = judgesLoss
        self.claimIdle = claimIdle
    }
}
