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

    /// Appends the encoding of a scalar value. `scalar` must not be a surrogate.
    static func append(_ scalar: UInt32, to output: inout [UInt8]) {
        switch scalar {
        case ..<0x80: output.append(UInt8(scalar))
        case ..<0x800:
            output.append(UInt8(0xC0 | scalar >> 6))
            output.append(continuation(scalar))
        case ..<0x1_0000:
            output.append(UInt8(0xE0 | scalar >> 12))
            output.append(continuation(scalar >> 6))
            output.append(continuation(scalar))
        default:
            output.append(UInt8(0xF0 | scalar >> 18 & 0x07))
            output.append(continuation(scalar >> 12))
            output.append(continuation(scalar >> 6))
            output.append(continuation(scalar))
        }
    }

    private static func continuation(_ scalar: UInt32) -> UInt8 { UInt8(0x80 | scalar & 0x3F) }

    private static func tail(
        _ count: Int, after offset: Int, in bytes: [UInt8], end: Int, second: ClosedRange<UInt8>
    ) -> Int? {
        guard offset + count < end, second.contains(bytes[offset + 1]) else { return nil }
        for place in 2..<(count + 1) where !(0x80...0xBF).contains(bytes[offset + place]) { return nil }
        return count + 1
    }
}
