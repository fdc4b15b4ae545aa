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

/// Text to number, or nil: for what `NumberSyntax` refuses, and for what the type cannot hold.
enum StrictNumber {
    static func signed(_ text: Span<UInt8>) -> Int64? {
        guard NumberSyntax.flawInInteger(text) == nil else { return nil }
        let isNegative = text[0] == ASCII.minus
        guard let magnitude = magnitude(of: text, from: isNegative ? 1 : 0) else { return nil }
        guard isNegative else { return Int64(exactly: magnitude) }
        return magnitude == Int64.min.magnitude ? Int64.min : Int64(exactly: magnitude).map { -$0 }
    }

    static func unsigned(_ text: Span<UInt8>) -> UInt64? {
        guard NumberSyntax.flawInInteger(text) == nil, text[0] != ASCII.minus else { return nil }
        return magnitude(of: text, from: 0)
    }

    /// Nil for a number too large to be finite, too.
    static func double(_ text: Span<UInt8>) -> Double? {
        guard NumberSyntax.flawInDouble(text) == nil else { return nil }
        guard let value = Double(string(text)) else { return nil }
        let isNumber = ASCII.isDigit(text[text.count - 1])
        return value.isInfinite && isNumber ? nil : value
    }

    private static func magnitude(of text: Span<UInt8>, from start: Int) -> UInt64? {
        var value: UInt64 = 0
        for index in start..<text.count {
            let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(UInt64(text[index] &- ASCII.zero))
            if overflowed || carried { return nil }
            value = sum
        }
        return value
    }

    private static func string(_ ascii: Span<UInt8>) -> String {
        var string = ""
        for index in ascii.indices { string.unicodeScalars.append(Unicode.Scalar(ascii[index])) }
        return string
    }
}

/// A length's decimal digits, without an allocation.
struct DecimalDigits {
    /// Nineteen hold the longest: `9223372036854775807`.
    private var digits = InlineArray<19, UInt8>(repeating: 0)
    private var first = 19

    init(_ length: Int) {
        var rest = length.magnitude
        repeat {
            first -= 1
            digits[first] = ASCII.zero + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
    }

    func write(to bytes: inout [UInt8]) {
        for index in first..<19 { bytes.append(digits[index]) }
    }

    func write(to output: inout OutputSpan<UInt8>) {
        for index in first..<19 { output.append(digits[index]) }
    }
}
