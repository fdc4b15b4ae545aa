/// Eight hexadecimal digits, read at one go: a byte of the word for each, the first one lowest.
///
/// Sums with 0x80 less the lower end of a range set a byte's high bit exactly when it lies at or above that end; the high
/// bits are cleared before, so that no sum carries into the next byte.
struct HexWord {
    /// Whether each byte is a digit.
    let areAllDigits: Bool
    /// Whether any of them is an upper-case letter.
    let hasUpperCase: Bool
    /// The four bytes they stand for, the first one lowest; of no meaning unless all are digits.
    let decoded: UInt32

    @inline(__always)
    init(_ word: UInt64) {
        let low = word & Self.each(0x7F)
        let folded = low | Self.each(0x20)
        let digits = (low &+ Self.each(0x80 - 0x30)) & ~(low &+ Self.each(0x80 - 0x3A)) & Self.each(0x80)
        let letters = (folded &+ Self.each(0x80 - 0x61)) & ~(folded &+ Self.each(0x80 - 0x67)) & Self.each(0x80)
        areAllDigits = (digits | letters) & ~word == Self.each(0x80)
        hasUpperCase = letters & ~(low << 2) != 0
        let nibbles = (low & Self.each(0x0F)) &+ (letters >> 7) &* 9
        let spread = (nibbles << 4 | nibbles >> 8) & 0x00FF_00FF_00FF_00FF
        let paired = (spread | spread >> 8) & 0x0000_FFFF_0000_FFFF
        decoded = UInt32(truncatingIfNeeded: paired | paired >> 16)
    }

    /// A word of eight times this byte.
    @inline(__always)
    private static func each(_ byte: UInt64) -> UInt64 { byte &* 0x0101_0101_0101_0101 }
}
