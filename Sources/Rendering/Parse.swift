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

    /// A duration in milliseconds: `500ms`, `30s`, `5m`, `2h`, `7d`, `1w`, or several units from large to small, as
    /// `Format.duration` writes them: `4h02m`. A number alone is in seconds.
    package static func duration(_ text: String) -> Int? {
        var scanner = TextScanner(number(text) == nil ? text : text + "s")
        var total = 0
        var largest = Int.max
        repeat {
            guard let number = scanner.number(), let unit = milliseconds(in: scanner.letters()), unit < largest
            else { return nil }
            let (product, isTooLarge) = number.multipliedReportingOverflow(by: unit)
            let (sum, overflow) = total.addingReportingOverflow(product)
            if isTooLarge || overflow { return nil }
            total = sum
            largest = unit
        } while !scanner.isAtEnd
        return total
    }

    /// What a duration may look like, for messages.
    package static let durationExamples = "500ms, 30s, 5m, 2h, 7d, 1w or 1h30m, or a number of seconds"

    private static func milliseconds(in unit: Substring) -> Int? {
        switch unit {
        case "ms": 1
        case "s": 1000
        case "m": 60_000
        case "h": 3_600_000
        case "d": 86_400_000
        case "w": 604_800_000
        default: nil
        }
    }
}

/// Reads a short text from left to right. ASCII digits only: no sign, no blank, no digit of another script.
struct TextScanner {
    private var remaining: Substring.UTF8View

    init(_ text: String) {
        remaining = Substring(text).utf8
    }

    /// Whether nothing is left.
    var isAtEnd: Bool { remaining.isEmpty }

    /// The digits that come next, at least one, or `nil` if there are none or more than `limit`.
    mutating func digits(atMost limit: Int) -> Substring? {
        let run = remaining.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        guard !run.isEmpty, run.count <= limit else { return nil }
        remaining = remaining[run.endIndex...]
        return Substring(run)
    }

    /// The whole number that comes next, or `nil` if there is none or it does not fit.
    mutating func number() -> Int? {
        digits(atMost: 19).flatMap { Int($0) }
    }

    /// The number written in exactly `width` digits.
    mutating func number(ofDigits width: Int) -> Int? {
        guard let digits = digits(atMost: width), digits.utf8.count == width else { return nil }
        return Int(digits)
    }

    /// The letters `a` to `z` that come next, perhaps none.
    mutating func letters() -> Substring {
        let run = remaining.prefix { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }
        remaining = remaining[run.endIndex...]
        return Substring(run)
    }

    /// Passes one of `scalars`, which are ASCII, if it comes next, and says whether it did.
    mutating func skip(_ scalars: Unicode.Scalar...) -> Bool {
        guard let next = remaining.first, scalars.contains(Unicode.Scalar(next)) else { return false }
        remaining = remaining.dropFirst()
        return true
    }
}
