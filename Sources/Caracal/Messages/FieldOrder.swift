import Redis

/// The fields of one entry in ascending byte order of their names, fields of one name in the order they were given.
///
/// A value of this type is scratch space: sorting another entry reuses its storage, and sorting one with the same names
/// as the one before is next to nothing.
package struct FieldOrder {
    /// A field's place in the list it came from, with the first eight bytes of its name to compare by.
    private struct Key {
        var prefix: UInt64
        var index: Int
    }

    private var keys: [Key] = []
    private var names = NameMemory()

    /// Whether a name occurred more than once in the fields last sorted.
    package private(set) var hasDuplicates = false

    /// An empty order.
    package init() {}

    /// How many fields were sorted.
    package var count: Int { keys.count }

    /// The index, in the list that was sorted, of the field at `position` of the order.
    package subscript(_ position: Int) -> Int { keys[position].index }

    /// Sorts `fields`, whose names lie in `bytes`.
    ///
    /// Returns false when they have the names of the fields sorted before, in the same order: what follows from the
    /// names alone has not changed then.
    @discardableResult
    package mutating func sort(_ fields: [FieldRange], in bytes: [UInt8]) -> Bool {
        guard !names.matches(fields, in: bytes) else { return false }
        names.remember(fields, in: bytes)
        keys.removeAll(keepingCapacity: true)
        hasDuplicates = false
        if fields.count <= Self.insertionLimit {
            sortByInsertion(fields, in: bytes)
        } else {
            sortManyFields(fields, in: bytes)
        }
        return true
    }

    /// Up to this many fields insertion beats the library's sort; more would make it quadratic.
    private static let insertionLimit = 24

    private mutating func sortByInsertion(_ fields: [FieldRange], in bytes: [UInt8]) {
        for index in fields.indices {
            let key = Key(prefix: Self.prefix(of: fields[index].name, in: bytes), index: index)
            var place = keys.count
            keys.append(key)
            while place > 0, Self.precedes(key, keys[place - 1], fields, bytes) {
                keys[place] = keys[place - 1]
                place -= 1
            }
            keys[place] = key
            if place > 0, Self.isSameName(key, keys[place - 1], fields, bytes) { hasDuplicates = true }
        }
    }

    private mutating func sortManyFields(_ fields: [FieldRange], in bytes: [UInt8]) {
        for index in fields.indices {
            keys.append(Key(prefix: Self.prefix(of: fields[index].name, in: bytes), index: index))
        }
        keys.sort { left, right in
            if Self.precedes(left, right, fields, bytes) { return true }
            if Self.precedes(right, left, fields, bytes) { return false }
            return left.index < right.index
        }
        for position in keys.indices.dropFirst()
        where Self.isSameName(keys[position], keys[position - 1], fields, bytes) {
            hasDuplicates = true
        }
    }

    /// Forgets the names, so that the next entry counts as changed.
    mutating func forget() { names = NameMemory() }

    /// The index of the second of the first two fields, in this order, that bear one name; nil when no two do.
    func firstRepeated(of fields: [FieldRange], in bytes: [UInt8]) -> Int? {
        guard hasDuplicates else { return nil }
        return (1..<count).first { isSameName($0 - 1, $0, of: fields, in: bytes) }.map { self[$0] }
    }

    /// Whether the fields at two neighbouring positions of the order bear one name.
    package func isSameName(_ left: Int, _ right: Int, of fields: [FieldRange], in bytes: [UInt8]) -> Bool {
        Self.isSameName(keys[left], keys[right], fields, bytes)
    }

    /// Whether the field at `position` is not the last one of its name.
    func isFollowedBySameName(_ position: Int, of fields: [FieldRange], in bytes: [UInt8]) -> Bool {
        position + 1 < keys.count && Self.isSameName(keys[position], keys[position + 1], fields, bytes)
    }

    private static func isSameName(_ left: Key, _ right: Key, _ fields: [FieldRange], _ bytes: [UInt8]) -> Bool {
        guard left.prefix == right.prefix else { return false }
        return ByteComparison.equal(bytes, fields[left.index].name, bytes, fields[right.index].name)
    }

    private static func precedes(_ left: Key, _ right: Key, _ fields: [FieldRange], _ bytes: [UInt8]) -> Bool {
        guard left.prefix == right.prefix else { return left.prefix < right.prefix }
        return ByteComparison.precedes(bytes, fields[left.index].name, fields[right.index].name)
    }

    /// The first eight bytes of a name as a number that sorts as they do; a shorter name is filled up with zeros.
    private static func prefix(of name: Range<Int>, in bytes: [UInt8]) -> UInt64 {
        guard name.count < 8 else {
            return UInt64(
                bigEndian: bytes.span.bytes.unsafeLoadUnaligned(fromByteOffset: name.lowerBound, as: UInt64.self)
            )
        }
        var prefix: UInt64 = 0
        for offset in name { prefix = prefix << 8 | UInt64(bytes[offset]) }
        return name.isEmpty ? 0 : prefix << UInt64(8 * (8 - name.count))
    }
}

/// The names of the fields last looked at, to recognise the next entry that has the same ones.
///
/// Entries of one stream mostly have the same fields in the same order, so what follows from the names alone need be
/// worked out only when they change.
private struct NameMemory {
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

/// The order of names by UTF-16 code units, which is the order JavaScript sorts by.
///
/// It differs from byte order where a name has a scalar above U+FFFF: those are surrogates in UTF-16, and sort below
/// U+E000 to U+FFFF.
enum UTF16Order {
    /// Whether sorting by UTF-16 would move any of the fields that `order` sorted by bytes.
    static func differs(_ fields: [FieldRange], in bytes: [UInt8], order: FieldOrder) -> Bool {
        guard order.count > 1 else { return false }
        return (1..<order.count).contains { position in
            precedes(bytes, fields[order[position]].name, fields[order[position - 1]].name)
        }
    }

    /// Whether the name at `left` sorts before the one at `right`.
    static func precedes(_ bytes: [UInt8], _ left: Range<Int>, _ right: Range<Int>) -> Bool {
        for (leftOffset, rightOffset) in zip(left, right) where bytes[leftOffset] != bytes[rightOffset] {
            return weight(bytes[leftOffset]) < weight(bytes[rightOffset])
        }
        return left.count < right.count
    }

    /// A byte that sorts as the code units do that its sequence starts with: U+E000 to U+FFFF (0xEE, 0xEF) above
    /// the four-byte sequences (0xF0 and more).
    private static func weight(_ byte: UInt8) -> UInt16 {
        byte == 0xEE || byte == 0xEF ? UInt16(byte) + 0x100 : UInt16(byte)
    }
}

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
