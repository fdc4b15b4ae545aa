import Redis

/// Which fields of an entry count: consumers fold an entry into a map, so of fields with one name only the last one does.
///
/// A value of this type is scratch space: entries with the same names in the same order cost no sorting.
package struct FieldFolding {
    private var order = FieldOrder()
    /// The indices of the fields that do not count.
    private var hidden: Set<Int> = []

    /// Nothing folded yet.
    package init() {}

    /// Folds an entry whose `fields` lie in `bytes`.
    package mutating func fold(_ fields: [FieldRange], in bytes: [UInt8]) {
        guard order.sort(fields, in: bytes) else { return }
        hidden.removeAll(keepingCapacity: true)
        guard order.hasDuplicates else { return }
        for position in 0..<order.count where order.isFollowedBySameName(position, of: fields, in: bytes) {
            hidden.insert(order[position])
        }
    }

    /// Whether the field at `index` of the entry folded last counts.
    package func counts(_ index: Int) -> Bool { hidden.isEmpty || !hidden.contains(index) }
}
