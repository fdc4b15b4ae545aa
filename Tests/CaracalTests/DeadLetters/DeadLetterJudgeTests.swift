import Redis
import Testing

@testable import Caracal
import Text

@Suite struct DeadLetterJudgeTests {
    private static let audit = "caracal.audit.events.dlq"
    private static let dead = "caracal.sessions.revoke.dead"

    @Test func theAuditServicesSourceFieldsComeBackUnchanged() throws {
        var letter = CheckSupport.message(["reason": "pg_permanent_error:x: y", "received_at": "1", "src_id": "7-1"])
        letter.append(try CheckSupport.audited("{}", "src_"))
        let judged = try Judged(letter, on: Self.audit)
        #expect(judged.letter.head.shape == .audit)
        #expect(judged.letter.head.sourceID == EntryID(milliseconds: 7, sequence: 1))
        #expect(judged.reasonKind == "pg_permanent_error")
        #expect(judged.restored == (try CheckSupport.audited("{}")))
        #expect(judged.problem == nil)
    }

    @Test func anEventsOwnIDGoesBackAsItsField() throws {
        var letter = CheckSupport.message(["reason": "pg_permanent_error:x", "src_id": "019abc00-0000"])
        letter.append(try CheckSupport.audited("{}", "src_"))
        let judged = try Judged(letter, on: Self.audit)
        var source = CheckSupport.message(["id": "019abc00-0000"])
        source.append(try CheckSupport.audited("{}"))
        #expect(judged.restored == source)
        #expect(judged.letter.head.sourceID == nil)
    }

    @Test(arguments: [("values", "error", "original_id", "service"), ("payload", "reason", "source_id", "connector")])
    func sourceFieldsComeBackOutOfJSON(object: String, reason: String, id: String, shape: String) throws {
        let source = try CheckSupport.signed(["zone_id": "z", "session_id": "caf\u{e9}"])
        let json = CheckSupport.json(source)
        let letter = Message([
            (Array(id.utf8), Array("5-5".utf8)), (Array(reason.utf8), Array("why: so".utf8)),
            (Array(object.utf8), Array(json.utf8)),
        ])
        let judged = try Judged(letter, on: Self.dead)
        #expect(judged.letter.head.shape.rawValue == shape)
        #expect(judged.letter.head.sourceID == EntryID(milliseconds: 5, sequence: 5))
        #expect(judged.reasonKind == "why")
        #expect(judged.restored == source)
        #expect(judged.letter.judgement?.outcome == .valid)
    }

    @Test(arguments: [
        ("pg_permanent_error:x", nil), ("transient_exceeded_max_deliveries:x", nil),
        ("hmac_verify_failed", "security_incident"), ("tamper_on_replay", "security_incident"),
        ("json_parse_error:x", "would_fail_again"), ("missing_data_field", "would_fail_again"),
        ("never heard of", "unknown_reason"), ("pg_permanent_error_2", "unknown_reason"),
    ])
    func theReasonDecidesWhetherAReplayMakesSense(reason: String, code: String?) throws {
        var letter = CheckSupport.message(["reason": reason])
        letter.append(try CheckSupport.audited("{}", "src_"))
        #expect(try Judged(letter, on: Self.audit).problem?.code == code)
    }

    @Test func aWrongSignatureIsNeverForced() throws {
        var letter = CheckSupport.message(["reason": "pg_permanent_error:x"])
        letter.append(try CheckSupport.audited("{}", "src_", with: CheckSupport.otherKey))
        let problem = try Judged(letter, on: Self.audit).problem
        #expect(problem?.code == "invalid_signature")
        #expect(problem?.canBeForced == false)
    }

    @Test func aWrongSecondSignatureIsNeverForced() throws {
        #expect(try Judged(CheckSupport.twiceSigned(isWrong: false), on: Self.audit).problem == nil)
        let problem = try Judged(CheckSupport.twiceSigned(isWrong: true), on: Self.audit).problem
        #expect(problem == .invalidSignature(.secondSignature(.fields, .mismatch)))
        #expect(problem?.canBeForced == false)
    }

    @Test func aSignatureForAnotherStreamIsWrong() throws {
        let source = try CheckSupport.signed(["zone_id": "z"], for: "caracal.keys.invalidate")
        let letter = CheckSupport.message(["payload": CheckSupport.json(source)])
        #expect(try Judged(letter, on: Self.dead).problem?.code == "invalid_signature")
    }

    @Test func withoutAKeyNothingIsValid() throws {
        var letter = CheckSupport.message(["reason": "pg_permanent_error:x"])
        letter.append(try CheckSupport.audited("{}", "src_"))
        let judged = try Judged(letter, on: Self.audit, keys: SignatureKeys())
        #expect(judged.letter.judgement?.outcome == .unchecked)
        #expect(judged.problem == .unchecked)
        #expect(judged.problem?.canBeForced == true)
    }

    @Test func anUnsignedSourceNeedsForce() throws {
        let letter = CheckSupport.message(["reason": "pg_permanent_error:x", "src_data": "{}"])
        #expect(try Judged(letter, on: Self.audit).problem == .unsigned)
    }

    @Test func bytesThatJSONMayHaveReplacedNeedForceUnlessASignatureVouchesForThem() throws {
        let unsigned = CheckSupport.message(["values": "{\"a\":\"\u{FFFD}\"}"])
        #expect(try Judged(unsigned, on: Self.dead).letter.mayHaveLostBytes)
        let source = try CheckSupport.signed(["a": "\u{FFFD}"])
        let signed = CheckSupport.message(["values": CheckSupport.json(source)])
        #expect(try !Judged(signed, on: Self.dead).letter.mayHaveLostBytes)
    }

    @Test(arguments: [
        (audit, "what=ever", DeadLetterError.unknownShape), (audit, "src_id=1-1", .noFields),
        (dead, "what=ever", .unknownShape), (dead, "payload={}", .noFields),
        (dead, "payload={\"a\":", .unreadable(JSONError(column: 6, reason: .expected(.value, found: nil)))),
    ])
    func whatCannotBeRestoredIsMalformedAndNeverForced(
        stream: String,
        field: String,
        fault: DeadLetterError
    ) throws {
        let parts = field.split(separator: "=").map(String.init)
        let judged = try Judged(CheckSupport.message([parts[0]: parts[1]]), on: stream)
        #expect(judged.letter.source == .failure(fault))
        #expect(judged.restored == nil)
        #expect(judged.problem?.canBeForced == false)
    }

    @Test func moreFieldsThanAStepCanTakeAreRefused() throws {
        var letter = CheckSupport.message(["reason": "x"])
        for number in 0...DeadLetterJudge.fieldLimit {
            letter.append(name: Array("src_\(number)".utf8), value: [])
        }
        let fault = DeadLetterError.tooManyFields(limit: DeadLetterJudge.fieldLimit)
        #expect(try Judged(letter, on: Self.audit).letter.source == .failure(fault))
    }

    @Test func deadLettersAreLookedForBesideEveryStreamButTheirOwn() {
        let keys = SignatureTarget.deadLetters.map(\.key.readable)
        #expect(keys.count == 9)
        #expect(keys.first == Self.audit)
        #expect(keys.contains(Self.dead))
        #expect(!keys.contains("caracal.audit.events.dlq.dead"))
    }
}

/// A dead letter and what became of judging it.
private struct Judged {
    let letter: DeadLetter
    private(set) var restored: Message?
    let problem: RedriveProblem?
    let reasonKind: String

    init(_ message: Message, on stream: String, keys: SignatureKeys = CheckSupport.keys) throws {
        let source = try #require(SignatureTarget(key: Array(stream.utf8)).source)
        var judge = try DeadLetterJudge(keys: keys)
        let head = judge.head(message.fields, in: message.bytes, of: source)
        var restored: Message?
        letter = try judge.judge(message.fields, in: message.bytes, head, of: source) { fields, bytes, _ in
            restored = Message(fields, in: bytes)
        }
        self.restored = restored
        problem = letter.problem(in: message.bytes)
        reasonKind = message.bytes[head.reasonKind(in: message.bytes)].readable
    }
}

extension Message {
    fileprivate mutating func append(_ other: Message) {
        for index in other.fields.indices { append(name: other.name(at: index), value: other.value(at: index)) }
    }
}
