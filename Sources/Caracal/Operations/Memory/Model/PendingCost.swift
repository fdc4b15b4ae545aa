/// What an entry in a pending entries list really takes. MEMORY USAGE counts about 550 bytes for it, or 1,040.
///
/// Measured, each in its group and in its consumer: entries that share their millisecond, and what those take more that
/// do not, as the radix tree then branches more often.
package struct PendingCost: Sendable, Equatable {
    /// Bytes of one.
    package let bytes: Double

    /// Bytes that MEMORY USAGE counts for one where ids share their milliseconds.
    package static let countedByServer: Double = 549

    /// - Parameters:
    ///   - version: the server's; nil when unknown, taken for the most expensive.
    ///   - spread: the share of neighbours whose ids differ in their milliseconds.
    package init(version: String?, spread: Double) {
        let base: Double =
            switch version.flatMap(ServerVersion.init) {
            case let version? where version < ServerVersion(7, 0): 91
            case let version? where version < ServerVersion(8, 2): 86
            default: 184
            }
        bytes = base + 66 * min(1, max(0, spread))
    }
}
