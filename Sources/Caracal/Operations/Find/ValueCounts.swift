/// Counts entries by a value, in bounded memory whatever the values are.
package struct ValueCounts: Sendable, Equatable {
    /// A value and how many entries have it.
    package struct Group: Sendable, Equatable {
        /// The value, or as much of it as values are told apart by; nil for entries that have none.
        package let value: [UInt8]?
        /// How many entries there are.
        package let count: UInt64
    }

    private var counts: [[UInt8]: UInt64] = [:]
    /// Entries that have no such value.
    package private(set) var missing: UInt64 = 0
    /// Entries with values that came when enough of them were kept apart.
    package private(set) var others: UInt64 = 0

    /// How many values are kept apart.
    package static let limit = 10_000
    /// A value is told apart by this many bytes of it.
    package static let valueLimit = 256

    /// How many values were kept apart.
    package var distinct: Int { counts.count }

    /// The groups, the most frequent first, those that have no value among them.
    package var groups: [Group] {
        let groups = counts.map { Group(value: $0.key, count: $0.value) }
        let all = missing > 0 ? groups + [Group(value: nil, count: missing)] : groups
        return all.sorted { left, right in
            guard left.count == right.count else { return left.count > right.count }
            guard let mine = left.value, let other = right.value else { return right.value == nil && left.value != nil }
            return mine.lexicographicallyPrecedes(other)
        }
    }

    mutating func count(_ value: ArraySlice<UInt8>?) {
        guard let value else { return missing += 1 }
        let key = Array(value.prefix(Self.valueLimit))
        if let place = counts.index(forKey: key) {
            counts.values[place] += 1
        } else if counts.count < Self.limit {
            counts[key] = 1
        } else {
            others += 1
        }
    }
}
