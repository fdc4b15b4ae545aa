import Redis
import Testing

@testable import Caracal
import Text

@Suite struct SignatureTargetTests {
    @Test(
        arguments: [
            ("caracal.sessions.revoke", [.fields]), ("caracal.audit.events", [.audit]),
            ("caracal.audit.events.dlq", [.audit]), ("caracal.audit.events.dead", [.fields, .audit]),
            ("caracal.sessions.revoke.dead", [.fields]), ("caracal.providers.ratelimit", []), ("elsewhere", []),
            ("elsewhere.dead", []),
        ] as [(String, [SignatureScheme])]
    )
    func needsTheKeysItsEntriesAreSignedWith(name: String, schemes: [SignatureScheme]) {
        #expect(SignatureTarget(key: Array(name.utf8)).schemes == schemes)
    }

    @Test func allHasEveryStreamAndItsDeadLetters() {
        let all = SignatureTarget.all
        #expect(all.count == 2 * StreamTable.all.count)
        #expect(all.filter(\.isOptional).map(\.key.readable) == StreamTable.all.map(\.deadLetterName))
        #expect(all.filter { !$0.isOptional }.map(\.key.readable) == StreamTable.all.map(\.name))
    }

    @Test(
        arguments: [
            (.start, "0-0", "0-0"), (.end, "\(UInt64.max)-\(UInt64.max)", "\(UInt64.max)-\(UInt64.max)"),
            (.id(EntryID(milliseconds: 5, sequence: 6)), "5-6", "5-6"), (.millisecond(7), "7-0", "7-\(UInt64.max)"),
            (.ago(milliseconds: 400), "600-0", "600-\(UInt64.max)"),
            (.ago(milliseconds: 4000), "0-0", "0-\(UInt64.max)"),
        ] as [(StreamPosition, String, String)]
    )
    func aPlaceHasAFirstAndALastID(place: StreamPosition, first: String, last: String) {
        #expect(place.first(now: 1000).description == first)
        #expect(place.last(now: 1000).description == last)
    }
}
