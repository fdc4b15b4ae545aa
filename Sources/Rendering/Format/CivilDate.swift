/// A day of the Gregorian calendar, and its count from 1970-01-01. Days before the calendar's reform are proleptic.
struct CivilDate: Equatable {
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
