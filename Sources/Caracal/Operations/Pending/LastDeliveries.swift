import Redis

/// Pending entries with as many deliveries as there may be: their next failure makes them dead letters.
package struct LastDeliveries: Sendable, Equatable {
    /// How many were seen.
    package private(set) var count: UInt64 = 0
    /// How long the one that was not delivered for longest has waited, in milliseconds.
    package private(set) var idle: UInt64 = 0
    /// Who holds how many of them.
    package private(set) var holders: [[UInt8]: UInt64] = [:]
    /// Whether every pending entry was looked at: when not, there may be more.
    package internal(set) var isWhole = true

    /// None.
    package init() {}

    mutating func add(_ entry: PendingEntry) {
        count += 1
        idle = max(idle, entry.idle ?? 0)
        holders[entry.consumer, default: 0] += 1
    }
}
