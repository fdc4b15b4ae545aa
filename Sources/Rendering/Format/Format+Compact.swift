extension Format {
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
}
