import Redis

/// Entries of a plan that were not delivered to anyone for about as long: those that one consumer, or one crash, left behind.
package struct HeldBatch: Sendable, Equatable {
    /// How many they are.
    package private(set) var count: UInt64 = 0
    /// How long the one that has waited longest was not delivered, in milliseconds; nil for those that were given back.
    package let longest: UInt64?
    /// How long the one that has waited shortest was not delivered.
    package private(set) var shortest: UInt64?
    /// How often the one that was delivered most was delivered.
    package private(set) var deliveries: UInt64 = 0

    private init(from longest: UInt64?) {
        self.longest = longest
        shortest = longest
    }

    private mutating func add(_ idle: UInt64?, _ deliveries: UInt64) {
        count += 1
        shortest = idle
        self.deliveries = max(self.deliveries, deliveries)
    }

    /// Whether an entry was idle for about as long as the first of the batch: for at least half as long.
    private func takes(_ idle: UInt64?) -> Bool {
        guard let longest, let idle else { return longest == idle }
        return idle >= longest / 2 || longest < 1000
    }

    /// Sorts entries into batches, those that wait longest first.
    fileprivate static func batches(of entries: [(idle: UInt64?, deliveries: UInt64)]) -> [HeldBatch] {
        var batches: [HeldBatch] = []
        for (idle, deliveries) in entries.sorted(by: { ($0.idle ?? .max) > ($1.idle ?? .max) }) {
            if batches.last?.takes(idle) != true { batches.append(HeldBatch(from: idle)) }
            batches[batches.count - 1].add(idle, deliveries)
        }
        return batches
    }
}

extension GroupChange {
    /// The entries that are planned, or were changed, by how long they had not been delivered when they were looked at.
    package var batches: [HeldBatch] {
        let chosen = changes.filter { $0.outcome == .planned || $0.outcome == .done }
        return HeldBatch.batches(of: chosen.compactMap(\.entry).map { ($0.idle, $0.deliveries) })
    }
}
