/// How RESP writes numbers: no plus sign, no leading zero, no blanks. Each check gives the index of the first byte that
/// breaks the rule (the count when the text ends too early), or nil for a well-formed number.
enum NumberSyntax {
    static func flawInInteger(_ text: Span<UInt8>) -> Int? {
        guard let end = wholeEnd(of: text) else { return signEnd(of: text) }
        if end == 2, text[0] == ASCII.minus, text[1] == ASCII.zero { return 1 }
        return end == text.count ? nil : end
    }

    static func flawInDouble(_ text: Span<UInt8>) -> Int? {
        if isSpecial(text) { return nil }
        guard var end = wholeEnd(of: text) else { return signEnd(of: text) }
        if end < text.count, text[end] == ASCII.dot {
            let digits = end + 1
            end = digitsEnd(of: text, from: digits)
            if end == digits { return end }
        }
        return flawInExponent(text, from: end)
    }

    private static func flawInExponent(_ text: Span<UInt8>, from start: Int) -> Int? {
        guard start < text.count else { return nil }
        guard text[start] == ASCII.lowerE || text[start] == ASCII.upperE else { return start }
        var digits = start + 1
        if digits < text.count, text[digits] == ASCII.minus || text[digits] == ASCII.plus { digits += 1 }
        let end = digitsEnd(of: text, from: digits)
        return end > digits && end == text.count ? nil : end
    }

    /// The end of an optional minus sign and the digits after it; nil without digits.
    private static func wholeEnd(of text: Span<UInt8>) -> Int? {
        let digits = signEnd(of: text)
        let end = digitsEnd(of: text, from: digits)
        guard end > digits else { return nil }
        return text[digits] == ASCII.zero ? digits + 1 : end
    }

    private static func signEnd(of text: Span<UInt8>) -> Int {
        !text.isEmpty && text[0] == ASCII.minus ? 1 : 0
    }

    private static func digitsEnd(of text: Span<UInt8>, from start: Int) -> Int {
        var end = start
        while end < text.count, ASCII.isDigit(text[end]) { end += 1 }
        return end
    }

    /// `inf` or `nan`, with or without a minus sign.
    private static func isSpecial(_ text: Span<UInt8>) -> Bool {
        let start = signEnd(of: text)
        guard text.count == start + 3 else { return false }
        let word = (text[start], text[start + 1], text[start + 2])
        return word == (0x69, 0x6E, 0x66) || word == (0x6E, 0x61, 0x6E)
    }
}
