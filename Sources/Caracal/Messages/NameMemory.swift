/// The names of the fields last looked at, to recognise the next entry that has the same ones.
///
/// Entries of one stream mostly have the same fields in the same order, so what follows from the names alone need be
/// worked out only when they change.
struct NameMemory {
    /// The names, one after the other.
    private var bytes: [UInt8] = []
    /// The length of each.
    private var lengths: [Int] = []

    /// Whether `fields`, whose names lie in `source`, have the names remembered, in the same order.
    func matches(_ fields: [FieldRange], in source: [UInt8]) -> Bool {
        guard fields.count == lengths.count else { return false }
        var offset = 0
        for index in fields.indices {
            let name = fields[index].name
            let length = lengths[index]
            guard name.count == length,
                ByteComparison.equal(source, name, bytes, Range(uncheckedBounds: (offset, offset &+ length)))
            else { return false }
            offset &+= length
        }
        return true
    }

    /// Remembers the names of `fields` in place of those before.
    mutating func remember(_ fields: [FieldRange], in source: [UInt8]) {
        bytes.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        for field in fields {
            bytes.append(source, field.name)
            lengths.append(field.name.count)
        }
    }
}
