/// Values as operators type them. Each function takes the whole text or returns `nil`: no blanks, no signs, nothing
/// left over, and never a trap on a number too large.
package enum Parse {
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

    /// A size in bytes, in the units of `redis.conf`, in any case: `b`, `kb`, `mb`, `gb`, `tb` are powers of 1024, and so
    /// are `kib`, `mib`, `gib`, `tib`; a bare `k`, `m`, `g`, `t` is a power of 1000; a bare number is bytes.
    package static func size(_ text: String) -> Int? {
        var scanner = TextScanner(text)
        guard let number = scanner.number(), let unit = bytes(in: scanner.rest().lowercased()) else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: unit)
        return overflow ? nil : bytes
    }

    private static func bytes(in unit: String) -> Int? {
        switch unit {
        case "", "b": 1
        case "k": 1000
        case "kb", "kib": 1 << 10
        case "m": 1_000_000
        case "mb", "mib": 1 << 20
        case "g": 1_000_000_000
        case "gb", "gib": 1 << 30
        case "t": 1_000_000_000_000
        case "tb", "tib": 1 << 40
        default: nil
        }
    }
}
