/// Numbers as operators read them. Each function has its inverse, where there is one, in `Parse`.
package enum Format {
    /// A whole number grouped by thousands: `231,008`, `-1,000`.
    package static func grouped(_ number: Int) -> String {
        number < 0 ? "-" + grouped(number.magnitude) : grouped(number.magnitude)
    }

    /// A whole number grouped by thousands.
    package static func grouped(_ number: UInt) -> String {
        let digits = String(number)
        var output = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { output.append(",") }
            output.append(digit)
        }
        return output
    }

    /// `part` of `whole` in whole percent, rounded down: `23%`. Rounding down never says `100%` of what is not full, and
    /// `0%` means less than one percent. More than the whole is more than `100%`.
    /// - Returns: `nil` if `whole` is not above zero or `part` is below it: there is no such share.
    package static func percentage(_ part: Int, of whole: Int) -> String? {
        guard whole > 0, part >= 0 else { return nil }
        let product = part.magnitude.multipliedFullWidth(by: 100)
        guard product.high < whole.magnitude else { return nil }
        return "\(whole.magnitude.dividingFullWidth(product).quotient)%"
    }

    /// `text` with zeros before it until it has `width` digits.
    static func zeroPadded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
