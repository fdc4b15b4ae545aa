import Redis
import Rendering
import Testing

@testable import Caracal
@testable import CaracalCommands

/// The lines of `tail`, without a server.
@Suite struct TailLinesTests {
    private static let day = "1970-01-01 UTC\n"

    private func entry(_ stream: String, _ pairs: KeyValuePairs<String, String>) throws -> TailEntry {
        let definition = StreamTable[stream]
        let message = Message(pairs.map { (Array($0.key.utf8), Array($0.value.utf8)) })
        return TailEntry(
            stream: definition,
            id: EntryID(milliseconds: 5, sequence: 0),
            message: message,
            judgements: []
        )
    }

    private func lines(_ entries: [TailEntry], _ view: TailView = TailView(), width: Int? = nil) -> String {
        let look = TerminalLook(usesColour: false, width: width)
        var lines = TailLines(look: look, view: view, streams: entries.map(\.stream), rules: nil)
        return String(decoding: lines.text(entries), as: UTF8.self)
    }

    @Test func anAuditEventIsOpenedAndWhatMattersComesFirst() throws {
        let event =
            #"{"id":"e-1","zone_id":"z-1","occurred_at":"T","metadata_json":"","decision":"deny","extra":{"a":[1, 2]},"event_type":"authz","n":null}"#
        let audit = try entry("audit.events", ["id": "i", "data": event, "sig": "00", "_sig": "11", "outbox_id": "o"])
        #expect(
            lines([audit])
                == Self.day
                + "00:00:00.005  audit.events  event_type=authz decision=deny zone_id=z-1 id=i id=e-1 extra={\"a\":[1,2]} occurred_at=T\n"
        )
        let dead = try entry(
            "audit.events.dlq",
            ["src_data": #"{"decision":"allow"}"#, "src_sig": "0", "reason": "r", "src_id": "x"]
        )
        #expect(lines([dead]) == Self.day + "00:00:00.005  audit.events.dlq  decision=allow reason=r src_id=x\n")
    }

    @Test func whatIsNoEventStaysAsItIs() throws {
        let audit = try entry("audit.events", ["data": #"{"a":1"#])
        #expect(lines([audit]) == Self.day + "00:00:00.005  audit.events  data={\"a\":1\n")
    }

    @Test func idsAndSignaturesAreShownOnDemand() throws {
        let revocation = try entry(
            "sessions.revoke",
            ["outbox_id": "o", "dedupe_key": "d", "zone_id": "z", "_sig": "00"]
        )
        #expect(lines([revocation]) == Self.day + "00:00:00.005  sessions.revoke  zone_id=z\n")
        #expect(
            lines([revocation], TailView(showsIDs: true))
                == Self.day + "00:00:00.005  sessions.revoke  5-0              zone_id=z outbox_id=o dedupe_key=d\n"
        )
        #expect(
            lines([revocation], TailView(showsSignature: true))
                == Self.day + "00:00:00.005  sessions.revoke  zone_id=z _sig=00\n"
        )
    }

    /// One value must not look like several fields, nor move the cursor.
    @Test func hostileValuesAreQuotedAndEscaped() throws {
        let hostile = try entry(
            "keys.invalidate",
            [
                "a": "x decision=allow", "b": "\u{1B}[2J", "c": "say \"hi\"", "d": "", "e": "x", "e": "last",
                "f f": "\\\"",
            ]
        )
        #expect(
            lines([hostile])
                == Self.day
                + #"00:00:00.005  keys.invalidate  a="x decision=allow" b=\x1b[2J c="say \"hi\"" d="" e=last f f="\\\"""#
                + "\n"
        )
    }

    @Test func aLineIsCutAtTheTerminalsWidthOrFolded() throws {
        let long = try entry("keys.invalidate", ["zone_id": "z-1", "application_id": "application", "x": "yyyyyyyyyy"])
        #expect(lines([long], width: 44) == Self.day + "00:00:00.005  keys.invalidate  zone_id=z-1 …\n")
        #expect(
            lines([long], TailView(wraps: true), width: 44) == Self.day
                + "00:00:00.005  keys.invalidate  zone_id=z-1\n              application_id=application\n"
                + "              x=yyyyyyyyyy\n"
        )
        #expect(lines([long], width: 20).split(separator: "\n").allSatisfy { DisplayWidth.of(String($0)) <= 20 })
    }

    /// Where there is no room beside time, stream and verdict, the fields stand below.
    @Test func onANarrowTerminalTheFieldsStandBelow() throws {
        let long = try entry("delegations.invalidate", ["zone_id": "z-1", "x": "0123456789abcdef0123456789"])
        #expect(
            lines([long], width: 40) == Self.day
                + "00:00:00.005  delegations.invalidate\n  zone_id=z-1 x=0123456789abcdef0123456…\n"
        )
        #expect(lines([long], width: 20) == Self.day + "00:00:00.005  deleg…\n  zone_id=z-1 x=012…\n")
    }

    @Test func aFieldThatIsLongerThanTheLineIsFoldedToo() throws {
        let long = try entry("keys.invalidate", ["zone_id": "z-1", "x": "0123456789abcdef0123456789abcdef01234567"])
        let view = TailView(wraps: true)
        #expect(
            lines([long], view, width: 44) == Self.day
                + "00:00:00.005  keys.invalidate  zone_id=z-1\n              x=0123456789abcdef0123456789ab\n"
                + "              cdef01234567\n"
        )
        for width in [1, 2, 5, 20, 30, 40, 60] {
            let text = lines([long], view, width: width).dropFirst(Self.day.count)
            let folded = text.split(separator: "\n")
            #expect(width < 20 || folded.allSatisfy { DisplayWidth.of(String($0)) <= width }, "\(width): \(text)")
            #expect(text.filter { !" \n".contains($0) }.hasSuffix("89abcdef01234567"), "\(width): \(text)")
        }
    }

    @Test(arguments: [
        ("%{zone_id}", "z-1"), ("%{id} %{time} %{stream}", "5-0 1970-01-01T00:00:00.005Z audit.events"),
        ("%{data.event_type}\\t%{data.n}%%", "authz\t1.50%"), ("[%{data.list.1}] %{data.list}", "[b] [\"a\",\"b\"]"),
        ("%{nothing}|%{data.nothing}|%{data.null}|%{data.empty}", "-|-|-|"), ("plain \\\\ text\\n", "plain \\ text\n"),
        ("%{data.evil}", #"\x1b[2J\n"#), ("%{a\\.b}", "dotted"), ("é%{zone_id}é", "éz-1é"),
    ])
    func aFormatIsTextWithPlaces(_ format: String, _ line: String) throws {
        let data = #"{"event_type":"authz","n":1.50,"list":["a","b"],"null":null,"empty":"","evil":"\u001b[2J\n"}"#
        let audit = try entry("audit.events", ["zone_id": "z-1", "data": data, "a.b": "dotted"])
        #expect(lines([audit], TailView(format: try TailFormat(format))) == line + "\n")
    }

    @Test(arguments: [
        (
            "%x",
            "--format, at character 1: %x is no place: expected %{id}, %{time}, %{stream}, %{FIELD}, %{FIELD.KEY} or %%"
        ),
        (
            "a %",
            "--format, at character 3: % is no place: expected %{id}, %{time}, %{stream}, %{FIELD}, %{FIELD.KEY} or %%"
        ),
        ("é%{zone", "--format, at character 2: %{ has no } behind it"),
        ("%{}", "--format, at character 1: %{} is no place: a name is missing"),
        ("x%{a..b}", "--format, at character 2: %{a..b} is no place: a name is missing"),
        ("%{a.}", "--format, at character 1: %{a.} is no place: a name is missing"),
        (
            "%{a\\x}",
            "--format, at character 1: %{a\\\\x} is no place: a backslash stands before a dot or a backslash only"
        ),
        ("\\q", "--format, at character 1: a backslash stands before t, n or another backslash only"),
        ("", "--format is empty: expected text with places such as %{zone_id}"),
    ])
    func whatIsNoFormatIsRefusedWithItsPlace(_ format: String, _ words: String) {
        let error = #expect(throws: (any Error).self) { try TailFormat(format) }
        #expect(error.map { "\($0)" }?.contains(words) == true, "\(String(describing: error))")
    }
}
