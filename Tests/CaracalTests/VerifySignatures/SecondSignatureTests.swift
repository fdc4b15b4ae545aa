import Testing

@testable import Caracal
import Text

/// Audit events that came through the API's outbox are signed by both schemes: each signature counts.
@Suite struct SecondSignatureTests {
    private static let stream = "caracal.audit.events"
    private static let wrong = String(repeating: "0", count: 64)

    private func event(sig: String? = nil, otherKey: Bool = false) throws -> Message {
        let audited = try CheckSupport.audited("{}")
        let right = audited.value(at: 1).readable
        return try CheckSupport.signed(
            ["data": "{}", "sig": sig ?? right],
            for: Self.stream,
            with: otherKey ? CheckSupport.otherKey : CheckSupport.key
        )
    }

    private func judgement(_ message: Message, _ keys: SignatureKeys = CheckSupport.keys) throws -> Judgement {
        var all: [Judgement] = []
        var check = try SignatureCheck(keys: keys, rules: SignatureRules()) { entry, _ in all.append(entry.judgement) }
        check.begin(SignatureTarget(key: Array(Self.stream.utf8)))
        try check.check(id: Array("1-0".utf8)[...], message.fields, in: message.bytes)
        check.end()
        return try #require(all.first)
    }

    @Test func bothHold() throws {
        let judgement = try judgement(event())
        #expect(judgement.verdict == "valid")
        #expect(judgement.scheme == .audit)
        #expect(judgement.other?.scheme == .fields)
        #expect(judgement.otherVerdict == "valid")
    }

    @Test func theSecondIsWrong() throws {
        let judgement = try judgement(event(otherKey: true))
        #expect(judgement.verdict == "invalid")
        #expect(judgement.otherVerdict == "invalid")
        #expect(judgement.reason == "its second signature, _sig, is wrong: the signature does not match")
    }

    @Test func theFirstIsWrong() throws {
        let judgement = try judgement(event(sig: Self.wrong))
        #expect(judgement.verdict == "invalid")
        #expect(judgement.otherVerdict == "valid")
        #expect(judgement.reason == "sig: the signature does not match")
    }

    @Test func withoutAKeyTheSecondIsNotCheckedAndTheFirstStillIs() throws {
        var keys = CheckSupport.keys
        keys.fields = nil
        let valid = try judgement(event(otherKey: true), keys)
        #expect(valid.verdict == "valid")
        #expect(valid.otherVerdict == "unchecked")
        keys = CheckSupport.keys
        keys.audit = nil
        #expect(try judgement(event(otherKey: true), keys).verdict == "invalid")
        #expect(try judgement(event(), keys).verdict == "unchecked")
    }

    @Test func oneSignatureHasNoSecond() throws {
        #expect(try judgement(CheckSupport.audited("{}")).otherVerdict == nil)
    }
}
