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
