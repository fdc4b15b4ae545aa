import Caracal
import Redis
import Testing

@testable import CaracalCommands

@Suite struct StreamPositionTests {
    @Test(
        arguments: [
            ("-", .start), ("+", .end), ("5", .millisecond(5)), ("5-6", .id(EntryID(milliseconds: 5, sequence: 6))),
            ("-2h", .ago(milliseconds: 7_200_000)), ("1970-01-01T00:00:01Z", .millisecond(1000)),
            ("18446744073709551615", .millisecond(.max)),
        ] as [(String, StreamPosition)]
    )
    func aPlaceIsReadAsItIsWritten(text: String, place: StreamPosition) {
        #expect(StreamPosition(typed: text) == place)
    }

    @Test(arguments: ["", "x", "-x", "5-", "-5", "5-6-7", "18446744073709551616", "1969-12-31T23:59:59Z", "(5-6", "$"])
    func anythingElseIsNoPlace(text: String) {
        #expect(StreamPosition(typed: text) == nil)
    }

    @Test(arguments: ["-", "+", "-2h", "1970-01-01T00:00:01Z"])
    func aPlaceThatIsNoIDIsNone(text: String) {
        #expect(StreamPosition(typedID: text) == nil)
    }
}
