extension Parse {
    /// A duration in milliseconds: `500ms`, `30s`, `5m`, `2h`, `7d`, or several units from large to small, as
    /// `Format.duration` writes them: `4h02m`. A number without a unit is not a duration.
    package static func duration(_ text: String) -> Int? {
        var scanner = TextScanner(text)
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

    private static func milliseconds(in unit: Substring) -> Int? {
        switch unit {
        case "ms": 1
        case "s": 1000
        case "m": 60_000
        case "h": 3_600_000
        case "d": 86_400_000
        default: nil
        }
    }
}
