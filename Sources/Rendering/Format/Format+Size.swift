extension Format {
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
