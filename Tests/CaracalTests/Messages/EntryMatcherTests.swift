import Redis
import Testing

@testable import Caracal

@Suite struct EntryMatcherTests {
    private let letters = SignatureTarget(key: Array("caracal.audit.events.dlq".utf8)).source
    private let revocations = SignatureTarget(key: Array("caracal.sessions.revoke.dead".utf8)).source

    private func takes(
        _ conditions: [String],
        _ entry: Message,
        of source: SignatureTarget.Source? = nil
    ) throws -> Bool {
        var matcher = EntryMatcher(MessageSelector(try conditions.map { try MessageCondition($0.utf8) }))
        return matcher.takes(entry.fields, in: entry.bytes, of: source)
    }

    @Test func allConditionsMustHold() throws {
        let entry = message(["zone_id": "z-1", "data": #"{"n":7,"list":["x"]}"#])
        #expect(try takes([], entry))
        #expect(try takes(["zone_id=z-1", "data.n>6", "data.list.0~?"], entry))
        #expect(try !takes(["zone_id=z-1", "data.n>7"], entry))
        #expect(try takes(["zone_id=z-1", "zone_id!=z-2"], entry))
    }

    @Test func withoutAValueOnlyUnequalHolds() throws {
        let entry = message(["data": #"{"a":null,"b":{}}"#, "plain": "text"])
        for path in ["nothing", "data.nothing", "data.a", "data.b.c", "plain.x", "data.b.0"] {
            #expect(try takes(["\(path)!=x"], entry), "\(path)")
            for other in ["=", "=x", "~*", "<x", ">x"] { #expect(try !takes([path + other], entry), "\(path)\(other)") }
        }
    }

    @Test func ofFieldsWithOneNameTheLastCounts() throws {
        let entry = message(["a": "1", "a": "2"])
        #expect(try takes(["a=2"], entry))
        #expect(try !takes(["a=1"], entry))
    }

    /// The former form takes any of them.
    @Test func aMatchTakesAnyFieldOfThatName() throws {
        let entry = message(["a": "1", "a": "2", "b.c": "3"])
        for text in ["a=1", "a=2", "b.c=3"] {
            var matcher = EntryMatcher(MessageSelector(matches: [try #require(FieldMatch(text))]))
            let isTaken = matcher.takes(entry.fields, in: entry.bytes, of: nil)
            #expect(isTaken, "\(text)")
        }
    }

    @Test func brokenJSONIsCountedAndMeetsNoCondition() throws {
        let broken = message(["data": #"{"a":1"#, "zone_id": "z"])
        var matcher = EntryMatcher(MessageSelector([try MessageCondition("data.a!=2".utf8)]))
        let takesBroken = matcher.takes(broken.fields, in: broken.bytes, of: nil)
        #expect(!takesBroken)
        #expect(matcher.unreadable == 1)
        let whole = message(["data": #"{"a":1}"#])
        let takesWhole = matcher.takes(whole.fields, in: whole.bytes, of: nil)
        #expect(takesWhole)
        #expect(matcher.unreadable == 1)
        // What nobody looks into is not known to be broken.
        #expect(try takes(["zone_id=z"], broken))
    }

    @Test func inADeadLetterTheMessageInsideIsMeant() throws {
        let audited = message([
            "reason": "pg_permanent_error:x", "src_id": "5-1", "src_data": #"{"decision":"deny"}"#, "src_sig": "s",
        ])
        #expect(try takes(["data.decision=deny", "sig=s"], audited, of: letters))
        #expect(try takes(["reason~pg_*"], audited, of: letters))
        #expect(try takes(["src_data.decision=deny"], audited, of: letters))
        let served = message([
            "original_id": "5-2", "error": "cannot store", "values": #"{"zone_id":"z-1","n":"7"}"#,
        ])
        #expect(try takes(["zone_id=z-1", "n>6", "error~cannot*"], served, of: revocations))
        let connected = message(["source_id": "5-1", "reason": "outer", "payload": #"{"reason":"inner"}"#])
        #expect(try takes(["reason=inner"], connected, of: revocations))
        #expect(try !takes(["reason=outer"], connected, of: revocations))
        let malformed = message(["source_id": "5-1", "reason": "outer", "payload": "{"])
        #expect(try takes(["reason=outer"], malformed, of: revocations))
    }

    @Test func theSameStorageReadsEntriesOfEveryKind() throws {
        var matcher = EntryMatcher(MessageSelector([try MessageCondition("data.a=x".utf8)]))
        let entries: [(Message, SignatureTarget.Source?, Bool)] = [
            (message(["data": #"{"a":"\u0078"}"#]), nil, true), (message(["data": #"{"a":"x"}"#]), nil, true),
            (message(["src_data": #"{"a":"x"}"#]), letters, true), (message(["src_data": #"{"a":"x"}"#]), nil, false),
            (message(["values": #"{"data":"{\"a\":\"x\"}"}"#]), revocations, true),
            (message(["values": #"{"data":"{\"a\":\"y\"}"}"#]), revocations, false),
            (message(["data": #"{"a":[ 1 ]}"#]), nil, false),
        ]
        for (place, (entry, source, expected)) in entries.enumerated() {
            #expect(matcher.takes(entry.fields, in: entry.bytes, of: source) == expected, "\(place)")
        }
    }
}
