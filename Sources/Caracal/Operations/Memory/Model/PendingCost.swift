import Redis

/// What an entry in a pending entries list really takes. MEMORY USAGE counts about 550 bytes for it, or 1,040; Valkey 9 counts right.
///
/// Measured, each in its group and in its consumer: entries that share their millisecond, and what those take more that
/// do not, as the radix tree then branches more often.
package struct PendingCost: Sendable, Equatable {
    /// Bytes of one.
    package let bytes: Double

    /// Bytes that MEMORY USAGE counts for one where ids share their milliseconds.
    package let countedByServer: Double

    /// - Parameters:
    ///   - version: the server's; nil when unknown, taken for the most expensive.
    ///   - spread: the share of neighbours whose ids differ in their milliseconds.
    package init(version: ServerVersion?, spread: Double) {
        bytes = (version?.pendingEntryBytes ?? 184) + 66 * min(1, max(0, spread))
        countedByServer = version?.countsPendingEntriesOnce == true ? bytes : 549
    }
}
