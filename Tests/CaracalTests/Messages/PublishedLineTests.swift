import Testing

@testable import Caracal
import Text

@Suite struct PublishedLineTests {
    private static let revocations = "caracal.sessions.revoke"

    @Test(arguments: [
        #"{"stream":"caracal.sessions.revoke","id":"1-0","fields":[["a","1"],["_sig","x"],["outbox_id","o"],["sig","y"]]}"#,
        #"{"message":{"base64":"no base64"},"event":{"a":[{}]},"fields":{"a":"1","outbox_id":"o"},"line":1,"stream":"caracal.sessions.revoke"}"#,
    ])
    func anEntryIsItsFieldsWithoutSignatures(_ line: String) throws {
        #expect(try scan(line) == message(["a": "1", "outbox_id": "o"]))
        #expect(try scan(line, .new) == message(["a": "1"]))
        #expect(try scan(line, .given([0x61])) == message(["a": "1"]))
        #expect(try scan(line, .none) == message(["a": "1", "outbox_id": "o"]))
    }

    @Test(
        arguments: [
            (#"{"a":"1","fields":"x"}"#, ["a": "1", "fields": "x"]),
            (#"{"fields":7,"outbox_id":"o"}"#, ["fields": "7", "outbox_id": "o"]),
            (#"{"a":"fields","stream":"s"}"#, ["a": "fields", "stream": "s"]),
            (#"{"a":{"fields":[]}}"#, ["a": #"{"fields":[]}"#]),
        ] as [(String, KeyValuePairs<String, String>)]
    )
    func whatHasNoFieldsOfItsOwnIsAMessage(_ line: String, _ fields: KeyValuePairs<String, String>) throws {
        #expect(try scan(line, .new) == message(fields))
    }

    @Test(arguments: [
        (
            #"{"stream":"caracal.keys.invalidate","fields":[["a","1"]]}"#,
            "an entry of caracal.keys.invalidate: entries go back only to the stream that they are from"
        ),
        (
            #"{"stream":"caracal.sessions.revoke.dead","fields":[["a","1"]]}"#,
            "a dead letter of caracal.sessions.revoke.dead: caracalctl dlq redrive returns the message inside, unchanged and once"
        ),
        (
            #"{"stream":"a\u001b[2J","fields":[]}"#,
            #"an entry of a\x1b[2J: entries go back only to the stream that they are from"#
        ),
        (#"{"fields":[["a","1"]]}"#, "byte 23: \"stream\" is missing"),
        (
            #"{"stream":"caracal.sessions.revoke","fields":[["a"]]}"#,
            "byte 51: expected an array of [name, value], found \"]\""
        ),
        (
            #"{"stream":"caracal.sessions.revoke","fields":["#,
            "byte 47: expected an array of [name, value], found the end of the line"
        ),
    ])
    func whatBelongsElsewhereIsRefused(_ line: String, _ words: String) {
        let error = #expect(throws: PublishedLineError.self) { try scan(line) }
        #expect(error?.description == words)
    }

    /// Under another id it would be another dead letter, which redrive would put back once more.
    @Test func aDeadLetterIsNotAddedToItsOwnStream() {
        let line = #"{"stream":"caracal.audit.events.dlq","fields":[["reason","x"]]}"#
        let error = #expect(throws: PublishedLineError.self) { try scan(line, to: "caracal.audit.events.dlq") }
        #expect(error == .deadLetter(of: Array("caracal.audit.events.dlq".utf8)))
    }

    /// Signing it would make it valid.
    @Test(
        arguments: [
            (["zone_id": "z", "_sig": "00"], "the signature has 2 characters instead of 64"),
            (["zone_id": "z"], "no signature"),
        ] as [(KeyValuePairs<String, String>, String)]
    )
    func anEntryWhoseSignatureDoesNotHoldIsRefusedWhereOneIsMade(
        _ fields: KeyValuePairs<String, String>,
        _ reason: String
    )
        throws
    {
        let line = Array(
            "{\"stream\":\"\(Self.revocations)\",\"fields\":\(CheckSupport.json(message(fields)))}".utf8
        )
        let error = #expect(throws: PublishedLineError.self) { try scan(line, acceptsUnsigned: false) }
        let advice = "(with --resign it is shown, and signed anew after a question)"
        #expect(error?.description == "an entry that its consumers skip: \(reason) \(advice)")
    }

    @Test func anEntryWhoseSignatureHoldsIsTaken() throws {
        let fields: KeyValuePairs = ["zone_id": "z", "session_id": "s"]
        let signed = try CheckSupport.signed(fields)
        let line = "{\"stream\":\"\(Self.revocations)\",\"fields\":\(CheckSupport.json(signed))}"
        #expect(try scan(Array(line.utf8), acceptsUnsigned: false) == message(fields))
        let copy = try CheckSupport.signed(fields, for: "caracal.keys.invalidate")
        let copied = Array("{\"stream\":\"\(Self.revocations)\",\"fields\":\(CheckSupport.json(copy))}".utf8)
        let error = #expect(throws: PublishedLineError.self) { try scan(copied, acceptsUnsigned: false) }
        #expect(error == .badSignature("signed for caracal.keys.invalidate: copied from another stream"))
        let unsigned = Array(
            "{\"stream\":\"\(Self.revocations)\",\"fields\":\(CheckSupport.json(message(fields)))}".utf8
        )
        #expect(try scan(unsigned, acceptsUnsigned: true) == message(fields))
    }

    /// Signed by both schemes, over a field whose place the entry's id has taken.
    @Test func theMessageInADeadLetterIsAsItWas() throws {
        let event = #"{"id":"e-1"}"#
        let sig = try CheckSupport.audited(event).value(at: 1).readable
        let source = try CheckSupport.signed(["data": event, "sig": sig, "id": "e-1"], for: "caracal.audit.events")
        let mark = source.value(at: 3).readable
        let line =
            #"{"stream":"caracal.audit.events.dlq","fields":{"reason":"x","src_id":"5-1","src_data":"#
            + #""{\"id\":\"e-1\"}","src_sig":"\#(sig)","src__sig":"\#(mark)"}}"#
        let whole = try letter(line, .automatic)
        #expect(whole.isWhole)
        #expect(Set(CheckSupport.pairs(whole.message)) == Set(CheckSupport.pairs(source)))
        let altered = line.replacing(mark, with: String(repeating: "0", count: 64))
        let error = #expect(throws: PublishedLineError.self) { try letter(altered, .automatic) }
        #expect(error?.description.contains("_sig") == true)
    }

    /// What `_sig` covers may be lost: without its key the message is signed anew by the one that is there.
    @Test func aSecondSignatureThatNoKeyChecksIsNotPublished() throws {
        let event = #"{"id":"e-1"}"#
        let sig = try CheckSupport.audited(event).value(at: 1).readable
        let fields: KeyValuePairs = ["data": event, "sig": sig, "id": "e-1"]
        let mark = try CheckSupport.signed(fields, for: "caracal.audit.events").value(at: 3).readable
        let line =
            #"{"stream":"caracal.audit.events.dlq","fields":{"reason":"x","src_id":"5-1","src_data":"#
            + #""{\"id\":\"e-1\"}","src_sig":"\#(sig)","src__sig":"\#(mark)"}}"#
        let published = try letter(line, .automatic, SignatureKeys(audit: CheckSupport.key))
        #expect(published == PublishedLine(message: CheckSupport.message(["data": event])))
    }

    /// By its `outbox_id` a lost reply is made up for. The signature over `data` does not cover it; one over all fields does.
    @Test func aWholeMessageGetsAnOutboxIDWhereNoSignatureCoversIt() throws {
        let audited = try CheckSupport.audited("{}")
        let sig = audited.value(at: 1).readable
        let head = #"{"stream":"caracal.audit.events.dlq","fields":{"reason":"x","src_id":"5-1","src_data":"{}""#
        let line = head + #","src_sig":"\#(sig)"}}"#
        for policy in [PublishRules.OutboxID.automatic, .new] {
            let published = try letter(line, policy)
            #expect(published.isWhole && published.message == audited)
            let sent = try sent(published, policy)
            #expect(sent.fields.indices.map { sent.name(at: $0).readable } == ["data", "sig", "outbox_id"])
            #expect(sent.value(at: 1).readable == sig && sent.value(at: 2).count == 36)
        }
        #expect(try sent(letter(line, .none), .none) == audited)
        let double = try CheckSupport.signed(["data": "{}", "sig": sig], for: "caracal.audit.events")
        let mark = double.value(at: 2).readable
        let twice = head + #","src_sig":"\#(sig)","src__sig":"\#(mark)"}}"#
        let whole = try letter(twice, .automatic)
        #expect(try whole.isWhole && sent(whole, .automatic) == whole.message)
        // A new one that was asked for is worth a signature.
        let fresh = try letter(twice, .new)
        #expect(fresh == PublishedLine(message: CheckSupport.message(["data": "{}"])))
    }

    private func sent(_ line: PublishedLine, _ outboxID: PublishRules.OutboxID) throws -> Message {
        var encoder = try EntryEncoder(rules(outboxID))
        return try encoder.preview(line).message
    }

    private func rules(_ outboxID: PublishRules.OutboxID) throws -> PublishRules {
        let key = try #require(CheckSupport.key)
        return PublishRules(stream: StreamTable["audit.events"], signing: (.audit, key), outboxID: outboxID)
    }

    private func letter(
        _ line: String,
        _ outboxID: PublishRules.OutboxID,
        _ keys: SignatureKeys = CheckSupport.keys
    ) throws -> PublishedLine {
        var rules = try rules(outboxID)
        rules.deadLetterKeys = keys
        var scanner = try PublishedLineScanner(rules)
        var published = PublishedLine()
        let bytes = Array(line.utf8)
        try scanner.scan(bytes, bytes.indices, into: &published)
        return published
    }

    private func scan(_ line: [UInt8], acceptsUnsigned: Bool) throws -> Message {
        let stream = StreamTable["sessions.revoke"]
        let key = try #require(CheckSupport.key)
        let rules = PublishRules(stream: stream, signing: (.fields, key), acceptsUnsigned: acceptsUnsigned)
        var scanner = try PublishedLineScanner(rules)
        var published = PublishedLine()
        try scanner.scan(line, line.indices, into: &published)
        return published.message
    }

    private func scan(
        _ line: String,
        _ outboxID: PublishRules.OutboxID = .automatic,
        to name: String = revocations
    ) throws -> Message {
        let stream = try #require(StreamTable.all.first { $0.name == name })
        var scanner = try PublishedLineScanner(PublishRules(stream: stream, signing: nil, outboxID: outboxID))
        var published = PublishedLine()
        let bytes = Array(line.utf8)
        try scanner.scan(bytes, bytes.indices, into: &published)
        return published.message
    }
}
