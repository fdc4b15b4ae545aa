extension Parse {
    /// A moment in Unix milliseconds, from RFC 3339 with any offset: `2026-01-03T12:47:05.939Z`,
    /// `2026-01-03 14:47:05+02:00`.
    ///
    /// `T` and `Z` may be lower case and `T` a blank. What is finer than a millisecond is cut. A leap second, which is only
    /// valid at the end of a day in UTC, is the moment after it, as Unix time has it.
    package static func time(_ text: String) -> Int? {
        var scanner = TextScanner(text)
        guard let date = date(&scanner), scanner.skip("T", "t", " "),
            let clock = clock(&scanner), let fraction = fraction(&scanner), let offset = offset(&scanner),
            scanner.isAtEnd
        else { return nil }
        let seconds = date.daysSince1970 * 86_400 + clock.seconds - offset
        if clock.isLeapSecond, !seconds.isMultiple(of: 86_400) { return nil }
        return seconds * 1000 + (clock.isLeapSecond ? 0 : fraction)
    }

    private static func date(_ scanner: inout TextScanner) -> CivilDate? {
        guard let year = scanner.number(ofDigits: 4), scanner.skip("-"),
            let month = scanner.number(ofDigits: 2), scanner.skip("-"),
            let day = scanner.number(ofDigits: 2)
        else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    private static func clock(_ scanner: inout TextScanner) -> (seconds: Int, isLeapSecond: Bool)? {
        guard let hour = scanner.number(ofDigits: 2), hour < 24, scanner.skip(":"),
            let minute = scanner.number(ofDigits: 2), minute < 60, scanner.skip(":"),
            let second = scanner.number(ofDigits: 2), second <= 60
        else { return nil }
        return (hour * 3600 + minute * 60 + second, second == 60)
    }

    /// Milliseconds: 0 if there is no fraction, `nil` if there is a point without digits.
    private static func fraction(_ scanner: inout TextScanner) -> Int? {
        guard scanner.skip(".") else { return 0 }
        guard let digits = scanner.digits(atMost: 64) else { return nil }
        return Int((digits + "00").prefix(3))
    }

    /// Seconds east of UTC.
    private static func offset(_ scanner: inout TextScanner) -> Int? {
        if scanner.skip("Z", "z") { return 0 }
        let isEast = scanner.skip("+")
        guard isEast || scanner.skip("-"),
            let hours = scanner.number(ofDigits: 2), hours < 24, scanner.skip(":"),
            let minutes = scanner.number(ofDigits: 2), minutes < 60
        else { return nil }
        return (isEast ? 1 : -1) * (hours * 3600 + minutes * 60)
    }
}
