extension Format {
    /// A moment in RFC 3339, UTC, with milliseconds: `2026-01-03T12:47:05.939Z`.
    /// - Parameter milliseconds: Unix time, such as the first half of an entry id.
    /// - Returns: `nil` outside the years 0 to 9999, which the format cannot write.
    package static func timestamp(milliseconds: Int) -> String? {
        let day = 86_400_000
        let time = (milliseconds % day + day) % day
        let days = milliseconds / day - (milliseconds % day < 0 ? 1 : 0)
        guard let date = CivilDate(daysSince1970: days) else { return nil }
        var text = Array("0000-00-00T00:00:00.000Z".utf8)
        let numbers = [
            (4, date.year), (7, date.month), (10, date.day),
            (13, time / 3_600_000), (16, time / 60_000 % 60), (19, time / 1000 % 60), (23, time % 1000),
        ]
        for (end, number) in numbers {
            var (place, rest) = (end, number)
            while rest > 0 {
                place -= 1
                text[place] += UInt8(rest % 10)
                rest /= 10
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// A moment in RFC 3339 of the unsigned milliseconds of an entry id.
    /// - Returns: `nil` beyond the year 9999.
    package static func timestamp(milliseconds: UInt64) -> String? {
        Int(exactly: milliseconds).flatMap { timestamp(milliseconds: $0) }
    }
}

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

    /// The day that comes next: `2026-01-03`.
    static func date(_ scanner: inout TextScanner) -> CivilDate? {
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
    static func fraction(_ scanner: inout TextScanner) -> Int? {
        guard scanner.skip(".") else { return 0 }
        guard let digits = scanner.digits(atMost: 64) else { return nil }
        return Int((digits + "00").prefix(3))
    }

    /// Seconds east of UTC.
    static func offset(_ scanner: inout TextScanner) -> Int? {
        if scanner.skip("Z", "z") { return 0 }
        let isEast = scanner.skip("+")
        guard isEast || scanner.skip("-"),
            let hours = scanner.number(ofDigits: 2), hours < 24, scanner.skip(":"),
            let minutes = scanner.number(ofDigits: 2), minutes < 60
        else { return nil }
        return (isEast ? 1 : -1) * (hours * 3600 + minutes * 60)
    }
}

/// A day of the Gregorian calendar, and its count from 1970-01-01. Days before the calendar's reform are proleptic.
///
/// Not FoundationEssentials' calendar: its first use was measured to cost a process a millisecond or more, and each further one the
/// time of five of these. And it reads another language: it takes 30 February for a day, and no blank for the T.
struct CivilDate {
    let year: Int
    let month: Int
    let day: Int

    /// The day with these numbers, or `nil` if the calendar has none, such as 30 February. Years 0 to 9999.
    init?(year: Int, month: Int, day: Int) {
        guard (0...9999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
        guard day <= CivilDate.length(ofMonth: month, year: year) else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day that is `days` after 1970-01-01, or `nil` outside the years 0 to 9999.
    init?(daysSince1970 days: Int) {
        guard (CivilDate.first...CivilDate.last).contains(days) else { return nil }
        var rest = days - CivilDate.first
        // An average year puts the estimate on the right year or one beside it.
        var year = rest * 400 / 146_097
        while CivilDate.daysBefore(year: year) > rest { year -= 1 }
        while CivilDate.daysBefore(year: year + 1) <= rest { year += 1 }
        rest -= CivilDate.daysBefore(year: year)
        var month = 1
        while rest >= CivilDate.length(ofMonth: month, year: year) {
            rest -= CivilDate.length(ofMonth: month, year: year)
            month += 1
        }
        (self.year, self.month, self.day) = (year, month, rest + 1)
    }

    /// Days from 1970-01-01 to this day.
    var daysSince1970: Int {
        let months = (1..<month).reduce(0) { $0 + CivilDate.length(ofMonth: $1, year: year) }
        return CivilDate.first + CivilDate.daysBefore(year: year) + months + day - 1
    }

    /// 0000-01-01 and 9999-12-31.
    private static let first = -719_528
    private static let last = 2_932_896

    private static func daysBefore(year: Int) -> Int {
        guard year > 0 else { return 0 }
        let past = year - 1
        return 365 * year + past / 4 - past / 100 + past / 400 + 1
    }

    private static func length(ofMonth month: Int, year: Int) -> Int {
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        return switch month {
        case 2: isLeap ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
