/// Searches in byte arrays, eight bytes at a step.
enum ByteSearch {
    /// The offset of the first `byte` within `range`; nil when there is none.
    static func first(_ byte: UInt8, in bytes: [UInt8], _ range: Range<Int>) -> Int? {
        let input = bytes.span.bytes
        let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
        var offset = range.lowerBound
        while range.upperBound &- offset >= 8 {
            let matches = zeroBytes(in: input.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ pattern)
            if matches != 0 { return offset &+ matches.littleEndian.trailingZeroBitCount &>> 3 }
            offset &+= 8
        }
        while offset < range.upperBound {
            if bytes[offset] == byte { return offset }
            offset &+= 1
        }
        return nil
    }

    /// The high bit of each byte of `word` that is zero. Bits above the lowest one set may be wrong.
    @inline(__always)
    static func zeroBytes(in word: UInt64) -> UInt64 {
        (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
    }

    /// The high bit of each byte of `word` that is below 0x20. Bits above the lowest one set may be wrong.
    @inline(__always)
    static func controlBytes(in word: UInt64) -> UInt64 {
        (word &- 0x2020_2020_2020_2020) & ~word & 0x8080_8080_8080_8080
    }
}
