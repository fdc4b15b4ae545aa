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
        let input = bytes.span.bytes
        var signature = Signature()
        var areAllDigits = true
        var hasUpperCase = false
        for index in 0..<8 {
            let offset = range.lowerBound &+ 8 &* index
            let word = HexWord(UInt64(littleEndian: input.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            areAllDigits = areAllDigits && word.areAllDigits
            hasUpperCase = hasUpperCase || word.hasUpperCase
            for byte in 0..<4 {
                signature.bytes[4 &* index &+ byte] = UInt8(truncatingIfNeeded: word.decoded &>> UInt32(8 &* byte))
            }
        }
        return areAllDigits ? .signature(signature, hasUpperCase: hasUpperCase) : .notHex
    }
}
