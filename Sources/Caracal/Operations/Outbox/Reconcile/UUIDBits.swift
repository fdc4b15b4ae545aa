import Glibc

/// The 128 bits of a UUID in the one form in which two texts of the same UUID are the same text: 36 characters, lower case.
struct UUIDBits: Hashable, Comparable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    /// No UUID that is read.
    static let zero = UUIDBits(high: 0, low: 0)

    /// Reads the text; nil for any other, and for the UUID of zeros.
    init?(_ text: Span<UInt8>) {
        guard text.count == 36 else { return nil }
        let bytes = text.bytes
        func word(_ offset: Int) -> UInt64 {
            UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        func half(_ offset: Int) -> UInt64 {
            UInt64(UInt32(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        }
        guard text[8] == Self.hyphen, text[13] == Self.hyphen, text[18] == Self.hyphen, text[23] == Self.hyphen,
            let first = Self.digits(word(0)), let second = Self.digits(half(9) | half(14) << 32),
            let third = Self.digits(half(19) | half(24) << 32), let fourth = Self.digits(word(28))
        else { return nil }
        (high, low) = (first << 32 | second, third << 32 | fourth)
        guard high != 0 || low != 0 else { return nil }
    }

    private static let hyphen = UInt8(ascii: "-")

    /// The value of eight hexadecimal digits in lower case, the first in the lowest byte; nil for anything else. All eight at once: two
    /// million ids are read for a million rows.
    private static func digits(_ text: UInt64) -> UInt64? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let values = (text & (ones &* 0x0F)) &+ ((text >> 6) & ones) &* 9
        let isLetter = ((values &+ ones &* 6) >> 4) & ones
        guard values & (ones &* 0xF0) == 0, values &+ ones &* 0x30 &+ isLetter &* 0x27 == text else { return nil }
        var packed = values.byteSwapped
        packed = (packed | packed >> 4) & 0x00FF_00FF_00FF_00FF
        packed = (packed | packed >> 8) & 0x0000_FFFF_0000_FFFF
        return (packed | packed >> 16) & 0xFFFF_FFFF
    }

    /// The text.
    var text: [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for half in [high, low] {
            for place in stride(from: 60, through: 0, by: -4) {
                if [8, 13, 18, 23].contains(text.count) { text.append(Self.hyphen) }
                text.append(HexText.lowerCaseDigit(UInt8(half >> UInt64(place) & 15)))
            }
        }
        return text
    }

    /// The millisecond that a UUIDv7 names; nil for any other.
    var milliseconds: UInt64? { high >> 12 & 15 == 7 ? high >> 16 : nil }

    /// The last millisecond that a UUIDv7 can name.
    static let lastTime: UInt64 = 0xFFFF_FFFF_FFFF

    /// The least UUIDv7 of a millisecond, or of the last one that a UUIDv7 can name.
    static func first(of milliseconds: UInt64) -> UUIDBits {
        UUIDBits(high: min(milliseconds, lastTime) << 16 | 0x7000, low: 0x8000_0000_0000_0000)
    }

    /// The first of some places that has this id or a greater one, looked for in growing steps from a place on that is near.
    ///
    /// - Parameters:
    ///   - near: a place, or the one behind the last.
    ///   - count: how many places there are, in the order of their ids.
    ///   - id: gives the id of a place.
    @inline(__always)
    static func place(of bits: UUIDBits, near: Int, among count: Int, _ id: (Int) -> UUIDBits) -> Int {
        // All before `low` have lesser ids, and none from `high` on.
        var (low, high, step) = (0, count, 1)
        if near < count, id(near) < bits {
            low = near + 1
            var probe = low
            while probe < count, id(probe) < bits {
                low = probe + 1
                step *= 2
                probe = low + step - 1
            }
            high = min(probe, count)
        } else {
            high = min(near, count)
            var probe = high - step
            while probe >= 0, id(probe) >= bits {
                high = probe
                step *= 2
                probe = high - step
            }
            low = max(probe + 1, 0)
        }
        while low < high {
            let middle = (low + high) / 2
            if id(middle) < bits { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// In the order of their texts.
    static func < (left: UUIDBits, right: UUIDBits) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }
}

extension Span<UInt8> {
    /// A copy of its own.
    var array: [UInt8] { withUnsafeBufferPointer { Array($0) } }

    /// Whether it has these bytes.
    func equals(_ other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        return withUnsafeBufferPointer { left in
            other.withUnsafeBufferPointer { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return true }
                return memcmp(left, right, other.count) == 0
            }
        }
    }
}
