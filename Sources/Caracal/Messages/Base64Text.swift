/// Base64 (RFC 4648 §4, padded) as it stands for bytes that are not UTF-8 in JSON.
enum Base64Text {
    /// Replaces the bytes of `output` from `start` on, which are base64 text, by what they stand for.
    ///
    /// Returns false, with those bytes in no particular state, unless the text is exactly what an encoder would write.
    static func decode(_ output: inout [UInt8], from start: Int) -> Bool {
        let count = output.count - start
        guard count % 4 == 0 else { return false }
        guard count > 0 else { return true }
        let padding = output.reversed().prefix(2).prefix { $0 == UInt8(ascii: "=") }.count
        var write = start
        var bits: UInt32 = 0
        for offset in 0..<(count - padding) {
            guard let value = value(of: output[start + offset]) else { return false }
            bits = bits << 6 | UInt32(value)
            if offset % 4 != 0 {
                output[write] = UInt8(truncatingIfNeeded: bits >> UInt32(6 - 2 * (offset % 4)))
                write += 1
            }
        }
        let leftOver: UInt32 = padding == 2 ? 0x0F : padding == 1 ? 0x03 : 0
        output.removeSubrange(write...)
        return bits & leftOver == 0
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
