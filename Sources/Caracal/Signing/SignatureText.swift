/// What a signature field's text holds.
enum SignatureText {
    /// 64 hexadecimal digits.
    case signature(Signature, hasUpperCase: Bool)
    /// 64 bytes that are not all hexadecimal digits.
    case notHex
    /// Some other number of bytes.
    case wrongLength(Int)

    /// Reads the text at `range` of `bytes`.
    static func read(_ bytes: [UInt8], _ range: Range<Int>) -> SignatureText {
        guard range.count == 64 else { return .wrongLength(range.count) }
        let text = bytes.span.extracting(range)
        var signature = Signature()
        var nibbles: UInt8 = 0
        var hasUpperCase = false
        for index in signature.bytes.indices {
            let first = text[2 &* index]
            let second = text[2 &* index &+ 1]
            let high = nibble(first)
            let low = nibble(second)
            nibbles |= high | low
            hasUpperCase = hasUpperCase || isUpperCase(first) || isUpperCase(second)
            signature.bytes[index] = high &<< 4 | low
        }
        return nibbles < 0x10 ? .signature(signature, hasUpperCase: hasUpperCase) : .notHex
    }

    /// The value of a hexadecimal digit; 0xFF for any other byte. Without a branch, since digits come at random.
    @inline(__always)
    private static func nibble(_ byte: UInt8) -> UInt8 {
        let digit = byte &- UInt8(ascii: "0")
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        return digit < 10 ? digit : letter < 6 ? letter &+ 10 : 0xFF
    }

    @inline(__always)
    private static func isUpperCase(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "A") < 6 }
}
