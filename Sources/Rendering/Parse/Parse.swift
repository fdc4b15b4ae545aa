/// Values as operators type them. Each function takes the whole text or returns `nil`: no blanks, no signs, nothing
/// left over, and never a trap on a number too large.
package enum Parse {
    /// A whole number in digits, as far as an `Int` goes.
    package static func number(_ text: String) -> Int? {
        var scanner = TextScanner(text)
        guard let number = scanner.number(), scanner.isAtEnd else { return nil }
        return number
    }

    /// A percentage, `90%`, `0.5%` or `90`, in percent: `90.0`. It may exceed 100, as the fill of a stream does.
    package static func percentage(_ text: String) -> Double? {
        var scanner = TextScanner(text)
        guard let whole = scanner.number(), whole <= 1_000_000 else { return nil }
        var value = Double(whole)
        if scanner.skip(".") {
            guard let digits = scanner.digits(atMost: 6), let fraction = Double("0.\(digits)") else { return nil }
            value += fraction
        }
        _ = scanner.skip("%")
        return scanner.isAtEnd ? value : nil
    }
}
