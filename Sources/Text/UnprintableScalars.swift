/// The scalars that a terminal obeys, hides or reorders instead of showing: a reader of our output would be misled by
/// them, so every renderer writes them escaped.
package enum UnprintableScalars {
    /// Whether `scalar` is a control, a bidirectional override or mark, an invisible or zero-width scalar, a line or
    /// paragraph separator, a variation selector or a tag. Printable ASCII, the backslash included, is not.
    package static func contains(_ scalar: Unicode.Scalar) -> Bool {
        let value = scalar.value
        if value < 0x20 { return true }
        if value < 0x7F { return false }
        if value < 0x2000 { return isUnprintableBelow2000(value) }
        if value < 0x10000 { return isUnprintableInBasicPlane(value) }
        return isUnprintableAbove(value)
    }

    private static func isUnprintableBelow2000(_ value: UInt32) -> Bool {
        switch value {
        case 0x7F...0x9F: true  // DEL and C1: some terminals take U+009B for ESC [
        case 0xAD, 0x34F, 0x61C: true  // soft hyphen, grapheme joiner, Arabic letter mark
        case 0x115F, 0x1160, 0x17B4, 0x17B5: true  // fillers that are drawn as nothing
        case 0x180B...0x180F: true  // Mongolian selectors and vowel separator
        default: false
        }
    }

    private static func isUnprintableInBasicPlane(_ value: UInt32) -> Bool {
        switch value {
        case 0x200B...0x200F: true  // zero-width, and the left and right marks
        case 0x2028...0x202E: true  // line and paragraph separators, embeddings and overrides
        case 0x2060...0x206F: true  // joiner, invisible operators, isolates
        case 0x3164, 0xFFA0: true  // Hangul fillers
        case 0xFE00...0xFE0F: true  // variation selectors can smuggle bytes unseen
        case 0xFEFF, 0xFFF0...0xFFFB: true  // byte order mark, interlinear annotation
        default: false
        }
    }

    private static func isUnprintableAbove(_ value: UInt32) -> Bool {
        switch value {
        case 0x1BCA0...0x1BCA3, 0x1D173...0x1D17A: true  // shorthand and musical format controls
        case 0xE0000...0xE0FFF: true  // tags, and the second block of variation selectors
        default: false
        }
    }
}
