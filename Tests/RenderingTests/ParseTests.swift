import Rendering
import Testing

struct ParseTests {
    @Test(arguments: [
        ("500ms", 500), ("30s", 30_000), ("5m", 300_000), ("2h", 7_200_000), ("7d", 604_800_000), ("0s", 0),
        ("4h02m", 14_520_000), ("1h30m", 5_400_000), ("1w", 604_800_000), ("1w2d", 777_600_000), ("5", 5000), ("0", 0),
        ("90", 90_000), ("1d2h3m4s5ms", 93_784_005), ("9223372036854775807ms", Int.max),
    ])
    func durationsAreMilliseconds(_ text: String, _ milliseconds: Int) {
        #expect(Parse.duration(text) == milliseconds)
    }

    @Test(arguments: [
        "", "5x", "ms", "-5s", "+5s", "5 s", " 5s", "5s ", "5S", "5y", "1.5s", "1e3s", "5s2m", "5s5s", "5m5", "0x5s",
        "٥s",
        "5s\n", "9223372036854775808ms", "99999999999999999999s", "106751991168d", "9223372036854775807",
        "106751991167d99h",
    ])
    func whatIsNotADurationIsNil(_ text: String) {
        #expect(Parse.duration(text) == nil)
    }

    @Test(arguments: [("0", 0), ("007", 7), ("9223372036854775807", Int.max)])
    func numbersAreDigits(_ text: String, _ number: Int) {
        #expect(Parse.number(text) == number)
    }

    @Test(arguments: ["", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "٥", "1\n", "1\u{0}", "9223372036854775808"])
    func whatIsNotANumberIsNil(_ text: String) {
        #expect(Parse.number(text) == nil)
    }

    @Test(arguments: [("90%", 90.0), ("90", 90), ("0%", 0), ("0.5%", 0.5), ("99.999", 99.999), ("150%", 150)])
    func percentagesAreInPercent(_ text: String, _ percent: Double) {
        #expect(Parse.percentage(text) == percent)
    }

    @Test(arguments: ["", "%", "-1%", "90%%", "90 %", ".5", "5.", "5.%", "1e2", "nan", "0x9", "5.1234567", "1000001"])
    func whatIsNotAPercentageIsNil(_ text: String) {
        #expect(Parse.percentage(text) == nil)
    }

    @Test(arguments: [
        ("2026-01-03T12:47:05Z", 1_767_444_425_000), ("2026-01-03T14:47:05.939+02:00", 1_767_444_425_939),
        ("2026-01-03t07:17:05.9-05:30", 1_767_444_425_900), ("2026-01-03 12:47:05.9399999z", 1_767_444_425_939),
        ("1970-01-01T00:00:00-00:00", 0), ("2016-12-31T23:59:60Z", 1_483_228_800_000),
        ("2016-12-31T18:59:60.5-05:00", 1_483_228_800_000), ("0000-01-01T00:00:00+23:59", -62_167_305_540_000),
    ])
    func timesAreUnixMilliseconds(_ text: String, _ milliseconds: Int) {
        #expect(Parse.time(text) == milliseconds)
    }

    @Test(arguments: [
        "", "2026-01-03", "2026-01-03T12:47:05", "2026-01-03T12:47Z", "2026-1-3T12:47:05Z", "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z",
        "2026-01-00T00:00:00Z", "2026-01-03T24:00:00Z", "2026-01-03T12:60:05Z", "2026-01-03T12:47:61Z",
        "2026-01-03T12:47:60Z", "2026-01-03T12:47:05.Z", "2026-01-03T12:47:05+0200", "2026-01-03T12:47:05+24:00",
        "2026-01-03T12:47:05+02:60", "2026-01-03T12:47:05Zx", "12026-01-03T12:47:05Z", "+026-01-03T12:47:05Z",
        "2026-01-03T12:47:05 Z", "２026-01-03T12:47:05Z",
    ])
    func whatIsNotATimeIsNil(_ text: String) {
        #expect(Parse.time(text) == nil)
    }

    /// Both directions of the calendar agree on every day of its period of 400 years, and on days of all others that can be written.
    @Test func everyDayIsReadBackAsItWasWritten() {
        let period = 146_097
        let days = Array(-719_523..<(-719_523 + period)) + stride(from: -719_523 + period, through: 2_932_896, by: 97)
        for day in days {
            let milliseconds = day * 86_400_000 + 43_200_001
            if Format.timestamp(milliseconds: milliseconds).flatMap(Parse.time) != milliseconds {
                Issue.record("day \(day)")
            }
        }
    }
}
