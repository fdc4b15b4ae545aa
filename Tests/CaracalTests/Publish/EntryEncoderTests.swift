import RESP
import Redis
import Testing

@testable import Caracal
import Text

@Suite struct EntryEncoderTests {
    private static let revocations = StreamTable["sessions.revoke"]
    private static let events = StreamTable["audit.events"]

    private func preview(_ message: Message, _ rules: PublishRules) throws -> EntryPreview {
        var encoder = try EntryEncoder(rules)
        return try encoder.preview(message)
    }

    @Test func aMessageIsSentAsItIsToAStreamThatIsThere() throws {
        let rules = PublishRules(stream: Self.revocations, signing: nil, outboxID: .none, maxLength: 7)
        let preview = try preview(CheckSupport.message(["b": "2", "a": ""]), rules)
        #expect(preview.command.description == #"XADD caracal.sessions.revoke NOMKSTREAM MAXLEN ~ 7 * b 2 a """#)
        #expect(preview.signature.isEmpty && preview.signedBytes.isEmpty)
    }

    @Test func aSignedMessageVerifiesWithItsOutboxID() throws {
        let key = try #require(CheckSupport.key)
        let rules = PublishRules(stream: Self.revocations, signing: (.fields, key), outboxID: .given(Array("m-1".utf8)))
        let preview = try preview(CheckSupport.message(["zone_id": "z"]), rules)
        #expect(preview.signedBytes.readable == "caracal.sessions.revoke\noutbox_id=m-1\nzone_id=z\n")
        let sent = try Self.sent(preview)
        #expect(sent.fields.indices.map { sent.name(at: $0).readable } == ["zone_id", "outbox_id", "_sig"])
        #expect(sent.value(at: 2).elementsEqual(preview.signature))
        #expect(try CheckSupport.check(sent).own == [1, 1, 0, 0, 0, 0])
    }

    @Test func anAuditEventIsSignedOverItsData() throws {
        let key = try #require(CheckSupport.key)
        let rules = PublishRules(stream: Self.events, signing: (.audit, key), outboxID: .none)
        let preview = try preview(CheckSupport.message(["data": "{}"]), rules)
        #expect(preview.signedBytes.readable == "{}")
        #expect(try Self.sent(preview) == CheckSupport.audited("{}"))
        #expect(throws: PublishError.schema(.missing(field: "data"))) {
            try self.preview(CheckSupport.message(["id": "1"]), rules)
        }
    }

    @Test func anIDOfItsOwnStaysAndIsNotGivenTwice() throws {
        let message = CheckSupport.message(["outbox_id": "mine"])
        let automatic = try preview(message, PublishRules(stream: Self.revocations, signing: nil))
        #expect(try Self.sent(automatic) == message)
        let given = PublishRules(stream: Self.revocations, signing: nil, outboxID: .given(Array("other".utf8)))
        #expect(throws: PublishError.message(.repeatedField(FieldName.outboxID))) { try preview(message, given) }
    }

    @Test func aRefusedMessageLeavesNothingBehind() throws {
        var encoder = try EntryEncoder(PublishRules(stream: Self.revocations, signing: nil, outboxID: .none))
        var output = CommandEncoder()
        var refused = CheckSupport.message(["a=b": "c"])
        #expect(throws: PublishError.self) { try encoder.append(&refused, to: &output) }
        #expect(output.bytes.isEmpty)
    }

    /// The fields of the entry that is sent.
    private static func sent(_ preview: EntryPreview) throws -> Message {
        let star = try #require(preview.command.arguments.firstIndex(of: [UInt8(ascii: "*")]))
        let words = preview.command.arguments[(star + 1)...]
        var message = Message()
        for place in stride(from: words.startIndex, to: words.endIndex, by: 2) {
            message.append(name: words[place], value: words[place + 1])
        }
        return message
    }
}
