import Text

/// Small words that messages share.
enum Words {
    /// `1 entry`, `11,600 entries`.
    static func entries(_ count: UInt64) -> String { Words.count(count, "entry", "entries") }

    /// `1 dead letter`, `at least 11,600 dead letters`.
    static func deadLetters(_ quantity: Quantity) -> String {
        guard let value = quantity.value else { return "an unknown number of dead letters" }
        let count = Words.count(value, "dead letter", "dead letters")
        if case .atLeast = quantity { return "at least \(count)" }
        return count
    }

    /// The first of some names, and how many more there are: `a, b, c and 9,997 more`.
    static func few(_ names: [[UInt8]], _ shown: Int = 3) -> TerminalText {
        let list = names.prefix(shown).map { TerminalText($0) }.joined(separator: ", ")
        return names.count > shown ? "\(list) and \(number(names.count - shown)) more" : list
    }

    /// A whole number grouped by thousands: `11,600`.
    static func number(_ value: UInt64) -> String { NumberText.grouped(value) }

    /// The same of a count.
    static func number(_ value: Int) -> String { number(UInt64(clamping: value)) }

    /// A count of things: `1 entry`, `11,600 entries`.
    static func count(_ value: UInt64, _ one: String, _ many: String) -> String {
        NumberText.count(value, one, many)
    }

    /// A duration in its greatest unit, cut: `350 ms`, `41 s`, `12 min`, `2 h`, `3 d`.
    static func time(_ milliseconds: UInt64) -> String {
        let units: [(size: UInt64, name: String)] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s")]
        guard let unit = units.first(where: { milliseconds >= $0.size }) else { return "\(milliseconds) ms" }
        return "\(milliseconds / unit.size) \(unit.name)"
    }

    /// A duration as options take it, in whole units: `30s`, `5m`, `350ms`.
    static func option(_ milliseconds: UInt64) -> String {
        if milliseconds % 1000 != 0 { return "\(milliseconds)ms" }
        let seconds = milliseconds / 1000
        return seconds >= 60 && seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds)s"
    }

    /// Bytes in binary units with one decimal: `0.1 MiB`, `980 B`.
    static func bytes(_ value: UInt64) -> String {
        guard value >= 1024 else { return "\(value) B" }
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        var (size, unit) = (Double(value) / 1024, 0)
        while size >= 1024, unit + 1 < units.count { (size, unit) = (size / 1024, unit + 1) }
        let tenths = UInt64((size * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
