/// Strict UTF-8 (RFC 3629): no overlong form, no surrogate, nothing above U+10FFFF.
enum UTF8Sequence {
    /// The length of the well-formed sequence that starts at `offset`; nil when there is none before `end`.
    static func length(at offset: Int, in bytes: [UInt8], end: Int) -> Int? {
        let first = bytes[offset]
        switch first {
        case 0x00..<0x80: return 1
        case 0xC2..<0xE0: return tail(1, after: offset, in: bytes, end: end, second: 0x80...0xBF)
        case 0xE0: return tail(2, after: offset, in: bytes, end: end, second: 0xA0...0xBF)
        case 0xED: return tail(2, after: offset, in: bytes, end: end, second: 0x80...0x9F)
        case 0xE1..<0xF0: return tail(2, after: offset, in: bytes, end: end, second: 0x80...0xBF)
        case 0xF0: return tail(3, after: offset, in: bytes, end: end, second: 0x90...0xBF)
        case 0xF1..<0xF4: return tail(3, after: offset, in: bytes, end: end, second: 0x80...0xBF)
        case 0xF4: return tail(3, after: offset, in: bytes, end: end, second: 0x80...0x8F)
        default: return nil
        }
    }

    /// Whether the whole range is well-formed.
    static func isValid(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        var offset = range.lowerBound
        while offset < range.upperBound {
            guard let length = length(at: offset, in: bytes, end: range.upperBound) else { return false }
            offset += length
        }
        return true
    }

    /// Writes the encoding of a scalar value over the bytes from `place` on, and moves `place` behind it. `scalar` must
    /// not be a surrogate.
    static func write(_ scalar: UInt32, to output: inout [UInt8], at place: inout Int) {
        let tailCount = scalar < 0x80 ? 0 : scalar < 0x800 ? 1 : scalar < 0x1_0000 ? 2 : 3
        let mark: UInt32 = [0, 0xC0, 0xE0, 0xF0][tailCount]
        output[place] = UInt8(mark | scalar >> UInt32(6 * tailCount))
        for index in 0..<tailCount {
            output[place + 1 + index] = UInt8(0x80 | scalar >> UInt32(6 * (tailCount - 1 - index)) & 0x3F)
        }
        place += 1 + tailCount
    }

    private static func tail(
        _ count: Int,
        after offset: Int,
        in bytes: [UInt8],
        end: Int,
        second: ClosedRange<UInt8>
    ) -> Int? {
        guard offset + count < end, second.contains(bytes[offset + 1]) else { return nil }
        for place in 2..<(count + 1) where !(0x80...0xBF).contains(bytes[offset + place]) { return nil }
        return count + 1
    }
}
