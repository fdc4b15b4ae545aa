/// What kinds of bytes a stretch holds, found in one pass of eight bytes at a step.
struct ByteSurvey: Equatable {
    /// How many LF there are.
    private(set) var newlines = 0
    /// Whether every byte is below 0x80.
    private(set) var isASCII = true

    /// Looks at the bytes at `range`.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        let input = bytes.span.bytes
        var high: UInt64 = 0
        var offset = range.lowerBound
        while range.upperBound &- offset >= 8 {
            let word = input.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            high |= word
            newlines &+= Self.newlines(in: word)
            offset &+= 8
        }
        while offset < range.upperBound {
            let byte = bytes[offset]
            high |= UInt64(byte)
            if byte == UInt8(ascii: "\n") { newlines &+= 1 }
            offset &+= 1
        }
        isASCII = high & 0x8080_8080_8080_8080 == 0
    }

    /// How many bytes of `word` are LF. A byte is zero exactly when neither it nor its sum with 0x7F has the high bit.
    @inline(__always)
    private static func newlines(in word: UInt64) -> Int {
        let difference = word ^ 0x0A0A_0A0A_0A0A_0A0A
        let low = (difference & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7F7F_7F7F_7F7F_7F7F
        return (~(low | difference) & 0x8080_8080_8080_8080).nonzeroBitCount
    }
}
