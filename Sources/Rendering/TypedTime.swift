extension Parse {
    /// A moment in Unix milliseconds, as people type it: RFC 3339, `2026-11-28`, `2026-11-28 14:00`, `14:00` (today), `today`,
    /// `yesterday`, `yesterday 14:00`. Seconds and an offset may follow the minutes. A day stands for its beginning.
    ///
    /// - Parameters:
    ///   - now: Unix milliseconds, for what is named by today.
    ///   - zone: milliseconds east of UTC at a moment in Unix milliseconds, for what has no offset of its own.
    package static func typedTime(_ text: String, now: Int, zone: (Int) -> Int) -> Int? {
        if let time = time(text) { return time }
        let today = (now + zone(now)).floored(to: millisecondsOfDay)
        guard let (day, rest) = day(text, today: today) else { return nil }
        guard let (time, offset) = timeOfDay(rest) else { return nil }
        let written = day + time
        if let offset { return written - offset * 1000 }
        // The offset at that moment, which the first one comes close to: the two differ where clocks are changed.
        return written - zone(written - zone(written))
    }

    private static let millisecondsOfDay = 86_400_000

    /// The beginning of the day that stands first, and what follows it.
    private static func day(_ text: String, today: Int) -> (milliseconds: Int, rest: Substring)? {
        for (word, back) in [("today", 0), ("yesterday", 1)] where text.hasPrefix(word) {
            return rest(text.dropFirst(word.count)).map { (today - back * millisecondsOfDay, $0) }
        }
        var scanner = TextScanner(String(text.prefix(10)))
        if let date = date(&scanner) {
            return rest(text.dropFirst(10)).map { (date.daysSince1970 * millisecondsOfDay, $0) }
        }
        return text.isEmpty ? nil : (today, text[...])
    }

    /// What stands behind a day: nothing, or a time after a blank or a `T`.
    private static func rest(_ text: Substring) -> Substring? {
        guard let first = text.first else { return text }
        return [" ", "T", "t"].contains(first) && text.count > 1 ? text.dropFirst() : nil
    }

    /// Milliseconds into the day, and seconds east of UTC where an offset is given.
    private static func timeOfDay(_ text: Substring) -> (milliseconds: Int, offset: Int?)? {
        guard !text.isEmpty else { return (0, nil) }
        var scanner = TextScanner(String(text))
        guard let hour = scanner.number(ofDigits: 2), hour < 24, scanner.skip(":"),
            let minute = scanner.number(ofDigits: 2), minute < 60
        else { return nil }
        var milliseconds = (hour * 60 + minute) * 60_000
        if scanner.skip(":") {
            guard let second = scanner.number(ofDigits: 2), second < 60, let fraction = fraction(&scanner) else {
                return nil
            }
            milliseconds += second * 1000 + fraction
        }
        if scanner.isAtEnd { return (milliseconds, nil) }
        guard let offset = offset(&scanner), scanner.isAtEnd else { return nil }
        return (milliseconds, offset)
    }
}

extension Int {
    /// The largest multiple of `unit` that is not above it.
    fileprivate func floored(to unit: Int) -> Int {
        self - (self % unit + unit) % unit
    }
}
