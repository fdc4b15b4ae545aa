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
