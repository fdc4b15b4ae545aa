import ArgumentParser
import Caracal
import Redis
import Testing

@testable import CaracalCommands

@Suite struct StreamPositionTests {
    @Test(
        arguments: [
            ("-", .start), ("+", .end), ("5", .millisecond(5)), ("5-6", .id(EntryID(milliseconds: 5, sequence: 6))),
            ("-2h", .ago(milliseconds: 7_200_000)), ("2h", .ago(milliseconds: 7_200_000)),
            ("1h30m", .ago(milliseconds: 5_400_000)), ("1w", .ago(milliseconds: 604_800_000)),
            ("now", .ago(milliseconds: 0)), ("2026-11-28", .millisecond(1_795_824_000_000)),
            ("2026-11-28 14:00", .millisecond(1_795_874_400_000)),
            ("2026-11-28T14:00:05+02:00", .millisecond(1_795_867_205_000)),
            ("1970-01-01T00:00:01Z", .millisecond(1000)),
            ("18446744073709551615", .millisecond(.max)),
        ] as [(String, StreamPosition)]
    )
    func aPlaceIsReadAsItIsWritten(text: String, place: StreamPosition) {
        #expect(StreamPosition(typed: text) == place)
    }

    @Test(arguments: [
        "", "x", "-x", "5-", "5-6-7", "tomorrow", "01/02/2026", "18446744073709551616", "1969-12-31T23:59:59Z", "(5-6",
        "$",
    ])
    func anythingElseIsNoPlace(text: String) {
        #expect(StreamPosition(typed: text) == nil)
    }

    @Test(arguments: [
        (
            "1767443990",
            "--since 1767443990 looks like seconds: an id has milliseconds (1767443990000), "
                + "a time is written 14:00 or 2026-11-28"
        ),
        ("01/02/2026", "--since 01/02/2026 has two readings: write 2026-01-02 or 2026-02-01"),
        ("1.2.2026", "--since 1.2.2026 has two readings: write 2026-01-02 or 2026-02-01"),
        ("28/11/2026", "--since 28/11/2026 is not how a day is written here: write 2026-11-28"),
        (
            "tomorrow",
            "--since is a time (2h, 14:00, yesterday, 2026-11-28, \"2026-11-28 14:00\" or RFC 3339), "
                + "an id (ms or ms-seq), - or +"
        ),
    ])
    func whatCouldBeTwoTimesIsRefusedWithAReason(text: String, reason: String) {
        let error = #expect(throws: ValidationError.self) { try OptionText.place(text, "--since") }
        #expect(error?.message == reason)
    }

    @Test func aTimeWithoutAnOffsetIsOfTheZoneThatIsChosen() throws {
        let place = try TimeText.$zone.withValue(TypedZone { _ in 3_600_000 }) {
            try OptionText.place("2026-11-28", "--since")
        }
        #expect(place == .millisecond(1_795_820_400_000))
    }

    @Test(arguments: ["-", "+", "-2h", "1970-01-01T00:00:01Z"])
    func aPlaceThatIsNoIDIsNone(text: String) {
        #expect(StreamPosition(typedID: text) == nil)
    }
}
