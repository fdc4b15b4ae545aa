import Rendering
import Testing

struct TypedTimeTests {
    /// 2026-11-28T15:30:00Z, a Saturday.
    private static let now = 1_795_879_800_000

    private func read(_ text: String, zone: (Int) -> Int = { _ in 0 }) -> String? {
        Parse.typedTime(text, now: Self.now, zone: zone).flatMap { Format.timestamp(milliseconds: $0) }
    }

    @Test(arguments: [
        ("2026-11-28", "2026-11-28T00:00:00.000Z"), ("2026-11-28 14:00", "2026-11-28T14:00:00.000Z"),
        ("2026-11-28T14:00", "2026-11-28T14:00:00.000Z"), ("2026-11-28 14:00:05", "2026-11-28T14:00:05.000Z"),
        ("2026-11-28 14:00:05.25", "2026-11-28T14:00:05.250Z"), ("2026-11-28T14:00Z", "2026-11-28T14:00:00.000Z"),
        ("2026-11-28 14:00+02:00", "2026-11-28T12:00:00.000Z"), ("14:00", "2026-11-28T14:00:00.000Z"),
        ("23:59:59", "2026-11-28T23:59:59.000Z"), ("today", "2026-11-28T00:00:00.000Z"),
        ("yesterday", "2026-11-27T00:00:00.000Z"), ("yesterday 14:00", "2026-11-27T14:00:00.000Z"),
        ("2026-01-03T14:47:05.939+02:00", "2026-01-03T12:47:05.939Z"),
    ])
    func aTimeIsReadInUTC(_ text: String, _ time: String) {
        #expect(read(text) == time)
    }

    @Test(arguments: [
        "", "x", "tomorrow", "todayx", "today ", "2026-11-28 ", "2026-11-28x", "2026-11-2", "2026-02-30", "24:00",
        "14:60", "14:00:60", "1:00", "14", "14:00 Z", "14:00:05.", "01/02/2026", "2026-11-28 14", "14:00+2", "-14:00",
        "２０26-11-28",
    ])
    func anythingElseIsNone(_ text: String) {
        #expect(read(text) == nil)
    }

    @Test(arguments: [
        ("2026-11-28", "2026-11-28T05:00:00.000Z"), ("14:00", "2026-11-28T19:00:00.000Z"),
        ("2026-11-28 14:00Z", "2026-11-28T14:00:00.000Z"),
    ])
    func whatHasNoOffsetIsOfTheZone(_ text: String, _ time: String) {
        #expect(read(text) { _ in -5 * 3_600_000 } == time)
    }

    /// Half past three in the afternoon in UTC is tomorrow in Kiritimati.
    @Test func todayIsTheDayOfTheZone() {
        #expect(read("today") { _ in 14 * 3_600_000 } == "2026-11-28T10:00:00.000Z")
        #expect(read("yesterday") { _ in 14 * 3_600_000 } == "2026-11-27T10:00:00.000Z")
    }

    /// Clocks go from +1 to +2 at 01:00 UTC on 2026-03-29.
    @Test func theOffsetIsThatOfTheMomentThatIsMeant() {
        let zone = { (moment: Int) in moment < 1_774_746_000_000 ? 3_600_000 : 7_200_000 }
        #expect(read("2026-03-29 01:30", zone: zone) == "2026-03-29T00:30:00.000Z")
        #expect(read("2026-03-29 03:30", zone: zone) == "2026-03-29T01:30:00.000Z")
    }
}
