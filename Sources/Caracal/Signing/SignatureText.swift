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
        let text = bytes.span.bytes.unsafeLoadUnaligned(fromByteOffset: range.lowerBound, as: SIMD64<UInt8>.self)
        let isDigit = (text &- UInt8(ascii: "0")) .< 10
        let isLetter = ((text | 0x20) &- UInt8(ascii: "a")) .< 6
        guard all(isDigit .| isLetter) else { return .notHex }
        let nibbles = (text & 0x0F) &+ SIMD64<UInt8>(repeating: 0).replacing(with: 9, where: isLetter)
        let decoded = nibbles.evenHalf &<< 4 | nibbles.oddHalf
        let isUpperCase = isLetter .& ((text & 0x20) .== 0)
        return .signature(Signature(decoded), hasUpperCase: any(isUpperCase))
    }
}

extension Signature {
    /// The signature with these bytes.
    fileprivate init(_ vector: SIMD32<UInt8>) {
        for index in bytes.indices { bytes[index] = vector[index] }
    }
}
