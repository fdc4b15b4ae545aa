extension Format {
    /// A moment in RFC 3339, UTC, with milliseconds: `2026-01-03T12:47:05.939Z`.
    /// - Parameter milliseconds: Unix time, such as the first half of an entry id.
    /// - Returns: `nil` outside the years 0 to 9999, which the format cannot write.
    package static func timestamp(milliseconds: Int) -> String? {
        let day = 86_400_000
        let time = (milliseconds % day + day) % day
        let days = milliseconds / day - (milliseconds % day < 0 ? 1 : 0)
        guard let date = CivilDate(daysSince1970: days) else { return nil }
        let clock = [time / 3_600_000, time / 60_000 % 60, time / 1000 % 60].map { zeroPadded($0, 2) }
        let calendar = [zeroPadded(date.year, 4), zeroPadded(date.month, 2), zeroPadded(date.day, 2)]
        return "\(calendar.joined(separator: "-"))T\(clock.joined(separator: ":")).\(zeroPadded(time % 1000, 3))Z"
    }

    /// A moment in RFC 3339 of the unsigned milliseconds of an entry id.
    /// - Returns: `nil` beyond the year 9999.
    package static func timestamp(milliseconds: UInt64) -> String? {
        Int(exactly: milliseconds).flatMap { timestamp(milliseconds: $0) }
    }
}
