/// What kinds of bytes a stretch holds, found in one pass.
struct ByteSurvey: Equatable {
    /// How many LF there are.
    private(set) var newlines = 0
    /// Whether every byte is below 0x80.
    private(set) var isASCII = true

    /// Looks at the bytes at `range`.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        let input = bytes.span.bytes
        var high = SIMD32<UInt8>(repeating: 0)
        var offset = range.lowerBound
        while range.upperBound &- offset >= 32 {
            let block = input.unsafeLoadUnaligned(fromByteOffset: offset, as: SIMD32<UInt8>.self)
            high |= block
            newlines &+= Self.newlines(in: block)
            offset &+= 32
        }
        isASCII = (high & 0x80) == SIMD32(repeating: 0)
        while offset < range.upperBound {
            let byte = bytes[offset]
            if byte >= 0x80 { isASCII = false }
            if byte == UInt8(ascii: "\n") { newlines &+= 1 }
            offset &+= 1
        }
    }

    private static func newlines(in block: SIMD32<UInt8>) -> Int {
        let ones = SIMD32<UInt8>(repeating: 0).replacing(with: 1, where: block .== UInt8(ascii: "\n"))
        return Int(ones.wrappedSum())
    }
}
