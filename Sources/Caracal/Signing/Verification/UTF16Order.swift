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
