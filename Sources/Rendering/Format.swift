import Text

/// Numbers as operators read them. Each function has its inverse, where there is one, in `Parse`.
package enum Format {
    /// A whole number grouped by thousands: `231,008`, `-1,000`.
    package static func grouped(_ number: Int) -> String {
        number < 0 ? "-" + grouped(number.magnitude) : grouped(number.magnitude)
    }

    /// A whole number grouped by thousands.
    package static func grouped(_ number: UInt) -> String {
        NumberText.grouped(UInt64(number))
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

    /// A count of things: `1 message`, `1,200 messages`. A plural that is not made with an s is given.
    package static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        count(UInt64(clamping: number), one, many)
    }

    /// The same of a count that an `Int` may not hold.
    package static func count(_ number: UInt64, _ one: String, _ many: String? = nil) -> String {
        NumberText.count(number, one, many ?? one + "s")
    }

    /// A count in at most four columns: `999`, `1.2k`, `231k`, `1.0M`. What is smaller is cut, not rounded.
    package static func compact(_ count: UInt64) -> String {
        compact(count, base: 1000, units: ["", "k", "M", "G", "T", "P", "E"])
    }

    /// Bytes in at most five columns, in binary units: `980B`, `1.5K`, `512M`. What is smaller is cut, not rounded.
    package static func compactSize(_ bytes: UInt64) -> String {
        compact(bytes, base: 1024, units: ["B", "K", "M", "G", "T", "P", "E"])
    }

    /// How many a second, in at most four columns: `0`, `0.4`, `7.5`, `12`, `1.2k`. Less than a tenth is `<0.1`.
    package static func rate(_ perSecond: Double) -> String {
        guard perSecond > 0 else { return "0" }
        if perSecond < 0.1 { return "<0.1" }
        guard perSecond < 10 else { return compact(UInt64(min(perSecond.rounded(), 0x1p63))) }
        let tenths = Int((perSecond * 10).rounded())
        return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    private static func compact(_ value: UInt64, base: UInt64, units: [String]) -> String {
        var (unit, exponent): (UInt64, Int) = (1, 0)
        while value / unit >= base { (unit, exponent) = (unit * base, exponent + 1) }
        let whole = value / unit
        guard whole < 10, exponent > 0 else { return "\(whole)\(units[exponent])" }
        // Of what is left of the unit, first a thousandth part, so that nothing overflows.
        let tenth = (value % unit) / (unit / base) * 10 / base
        return "\(whole).\(tenth)\(units[exponent])"
    }

    /// A duration with the two units that matter: `350ms`, `4s`, `8m12s`, `41m`, `4h02m`, `6d02h`, `120d`.
    ///
    /// What is smaller is cut, not rounded. Seconds are shown below ten minutes, hours below a hundred days.
    package static func duration(milliseconds: Int) -> String {
        let magnitude = milliseconds.magnitude
        let sign = milliseconds < 0 ? "-" : ""
        if magnitude == 0 { return "0s" }
        if magnitude < 1000 { return "\(sign)\(magnitude)ms" }
        return sign + wholeSeconds(Int(magnitude / 1000))
    }

    /// How long ago something was, in whole seconds or longer: `0s`, `41m`. A moment in the future, which only an id or a clock
    /// that is ahead of ours can name: `in 4s`.
    package static func age(milliseconds: Int) -> String {
        if milliseconds.magnitude < 1000 { return "0s" }
        let time = wholeSeconds(Int(milliseconds.magnitude / 1000))
        return milliseconds < 0 ? "in \(time)" : time
    }

    private static func wholeSeconds(_ seconds: Int) -> String {
        let minutes = seconds / 60
        let hours = minutes / 60
        let days = hours / 24
        if seconds < 60 { return "\(seconds)s" }
        if minutes < 10 { return "\(minutes)m\(zeroPadded(seconds % 60, 2))s" }
        if hours < 1 { return "\(minutes)m" }
        if days < 1 { return "\(hours)h\(zeroPadded(minutes % 60, 2))m" }
        return days < 100 ? "\(days)d\(zeroPadded(hours % 24, 2))h" : "\(days)d"
    }

    /// A number of bytes in binary units: `512 MiB`, `1.5 GiB`, `980 B`.
    ///
    /// Whole multiples are exact and carry no decimal; otherwise there is one decimal below 100 of a unit, and none from
    /// there on, rounded to the nearest. `1.0 GiB` is therefore about a gibibyte, `1 GiB` exactly one.
    package static func size(bytes: Int) -> String {
        bytes < 0 ? "-" + text(bytes.magnitude) : text(bytes.magnitude)
    }

    /// A size that may be beyond what an `Int` holds.
    package static func size(_ bytes: UInt64) -> String {
        size(bytes: Int(clamping: bytes))
    }

    private static let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]

    private static func text(_ bytes: UInt) -> String {
        var exponent = 0
        while exponent + 1 < units.count, bytes >> (10 * (exponent + 1)) > 0 { exponent += 1 }
        let shift = 10 * exponent
        if bytes & (1 << shift - 1) == 0 { return "\(bytes >> shift) \(units[exponent])" }
        return rounded(bytes, exponent)
    }

    private static func rounded(_ bytes: UInt, _ exponent: Int) -> String {
        let tenths = roundedTenths(bytes, exponent)
        if tenths < 1000 { return "\(tenths / 10).\(tenths % 10) \(units[exponent])" }
        let whole = roundedShift(bytes, 10 * exponent)
        // 1023.7 of a unit rounds to the next one, where it is about one, not exactly.
        return whole < 1024 ? "\(whole) \(units[exponent])" : "1.0 \(units[exponent + 1])"
    }

    private static func roundedTenths(_ bytes: UInt, _ exponent: Int) -> UInt {
        // Ten times the remainder alone cannot overflow: it is below 2^60 and the whole part is added afterwards.
        let shift = 10 * exponent
        let remainder = bytes & (1 << shift - 1)
        return (bytes >> shift) * 10 + roundedShift(remainder * 10, shift)
    }

    private static func roundedShift(_ value: UInt, _ shift: Int) -> UInt {
        value >> shift + (shift > 0 ? value >> (shift - 1) & 1 : 0)
    }
}
