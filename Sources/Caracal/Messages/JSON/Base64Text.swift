/// Base64 (RFC 4648 §4, padded) as it stands for bytes that are not UTF-8 in JSON.
enum Base64Text {
    /// Writes what the text at `range` of `bytes` stands for over its beginning, and returns how many bytes that are.
    ///
    /// Returns nil, with the text in no particular state, unless it is exactly what an encoder would write.
    static func decode(_ bytes: inout [UInt8], _ range: Range<Int>) -> Int? {
        guard range.count % 4 == 0 else { return nil }
        let padding = bytes[range].suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        var count = 0
        var bits: UInt32 = 0
        for offset in 0..<(range.count - padding) {
            guard let value = value(of: bytes[range.lowerBound + offset]) else { return nil }
            bits = bits << 6 | UInt32(value)
            guard offset % 4 != 0 else { continue }
            bytes[range.lowerBound + count] = UInt8(truncatingIfNeeded: bits >> UInt32(6 - 2 * (offset % 4)))
            count += 1
        }
        let leftOver: UInt32 = padding == 2 ? 0x0F : padding == 1 ? 0x03 : 0
        return bits & leftOver == 0 ? count : nil
    }

    private static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
