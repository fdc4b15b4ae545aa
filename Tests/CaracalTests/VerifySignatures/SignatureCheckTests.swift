import Testing

@testable import Caracal
import Text

@Suite struct SignatureCheckTests {
    @Test func aSignedEntryIsValid() throws {
        let report = try CheckSupport.check(CheckSupport.signed(["zone_id": "z"]))
        #expect(report.own == [1, 1, 0, 0, 0, 0])
        #expect(report.entries.isEmpty)
        #expect(report.findings.isEmpty)
    }

    @Test func anEntryCopiedFromAnotherStreamIsInvalidAndSaysWhence() throws {
        let copied = try CheckSupport.signed(["zone_id": "z"], for: "caracal.keys.invalidate")
        let report = try CheckSupport.check(copied)
        #expect(report.own == [1, 0, 0, 1, 0, 0])
        #expect(report.reasons == ["signed for caracal.keys.invalidate: copied from another stream"])
        #expect(report.findings.map(\.code.rawValue) == ["invalid_signature"])
        #expect(report.findings.map(\.severity) == [.failure])
    }

    @Test func thePreviousKeyExplainsAndMakesNothingValid() throws {
        let message = try CheckSupport.signed(["zone_id": "z"], with: CheckSupport.otherKey)
        var keys = CheckSupport.keys
        keys.previousFields = CheckSupport.otherKey
        let report = try CheckSupport.check(message, keys: keys)
        #expect(report.own == [1, 0, 0, 1, 0, 0])
        #expect(report.reasons == ["valid under the previous key"])
    }

    @Test func anUnsignedEntryIsAFailureOnlyWhereASignatureIsRequired() throws {
        let message = CheckSupport.message(["zone_id": "z"])
        let required = try CheckSupport.check(message)
        #expect(required.own == [1, 0, 0, 0, 1, 0])
        #expect(required.findings.map(\.severity) == [.failure])
        #expect(required.reasons == ["no signature"])
        let lenient = try CheckSupport.check(message, rules: SignatureRules(requiresSignatures: false))
        #expect(lenient.findings.map(\.severity) == [.note])
        #expect(lenient.entries.isEmpty)
    }

    @Test(arguments: ["caracal.providers.ratelimit", "caracal.audit.events.dlq"])
    func whatIsUnsignedByDesignIsNoFailure(stream: String) throws {
        let report = try CheckSupport.check(CheckSupport.message(["init": "1"]), on: stream)
        #expect(report.own == [1, 0, 0, 0, 1, 0])
        #expect(!report.findings.contains { $0.severity == .failure && $0.message.text.hasPrefix("\(stream): ") })
    }

    @Test func anEntryWithoutFieldsIsUnsigned() throws {
        #expect(try CheckSupport.check(Message()).own == [1, 0, 0, 0, 1, 0])
    }

    @Test func withoutAKeyNothingIsValid() throws {
        let message = try CheckSupport.signed(["zone_id": "z"])
        let report = try CheckSupport.check(message, on: "elsewhere", keys: SignatureKeys(audit: CheckSupport.key))
        #expect(report.own == [1, 0, 0, 0, 0, 1])
        #expect(report.unchecked == 1)
        #expect(report.findings.map(\.code.rawValue) == ["unchecked"])
    }

    @Test func theAuditSchemeProvesNothingWhereConsumersActOnFields() throws {
        var message = try CheckSupport.audited("{}")
        message.append(name: Array("session_id".utf8), value: Array("forged".utf8))
        let report = try CheckSupport.check(message)
        #expect(report.own == [1, 0, 0, 1, 0, 0])
        #expect(
            report.reasons.first?.hasPrefix("signed by the audit scheme, which leaves all fields but data open") == true
        )
        #expect(try CheckSupport.check(message, on: "caracal.audit.events").own == [1, 1, 0, 0, 0, 0])
        #expect(try CheckSupport.check(message, on: "elsewhere").own == [1, 1, 0, 0, 0, 0])
    }

    @Test func aSignatureSeenBeforeIsAWarningAndUnderStrictAFailure() throws {
        let message = try CheckSupport.signed(["zone_id": "z"])
        let report = try CheckSupport.check([message, message])
        #expect(report.own == [2, 2, 1, 0, 0, 0])
        #expect(report.entries.map(\.id) == [Array("2-0".utf8)])
        #expect(report.reasons == ["the same signature was seen before: a replay, or delivered twice"])
        #expect(report.findings.map(\.severity) == [.warning])
        let strict = try CheckSupport.check([message, message], rules: SignatureRules(isStrict: true))
        #expect(strict.findings.map(\.severity) == [.failure])
    }

    /// Nobody signed what is no signature.
    @Test func whatIsNoSignatureIsNotCalledSigned() throws {
        let garbage = ["abc", String(repeating: "x", count: 64)].map {
            CheckSupport.message(["data": "{}", "_sig": $0])
        }
        let field = "the signature is in the field of the scheme that this stream's consumers do not check"
        #expect(
            try CheckSupport.check(garbage, on: "caracal.audit.events").reasons == [
                "the signature has 3 characters instead of 64; \(field)", "the signature is not hexadecimal; \(field)",
            ]
        )
    }

    @Test func aFieldGivenTwiceAndALineFeedDrawWarnings() throws {
        let twice = try CheckSupport.signed(["a": "1", "a": "2"])
        let split = try CheckSupport.signed(["a": "1\nb=2"])
        let report = try CheckSupport.check([twice, split])
        #expect(report.own == [2, 2, 2, 0, 0, 0])
        #expect(
            report.reasons == [
                "a field is given twice: the last value counts",
                "a value holds a line feed: the signature fits other fields as well",
            ]
        )
    }

    @Test func theListIsBoundedAndTheRestIsCounted() throws {
        let bad = CheckSupport.message(["zone_id": "z", "_sig": "abc"])
        let report = try CheckSupport.check(Array(repeating: bad, count: 5), rules: SignatureRules(reportLimit: 2))
        #expect(report.own == [5, 0, 0, 5, 0, 0])
        #expect(report.entries.map(\.id) == [Array("1-0".utf8), Array("2-0".utf8)])
        #expect(report.unlisted == 3)
        #expect(
            report.findings.map(\.message) == [
                "caracal.sessions.revoke: all 5 signatures are invalid (is this the right key?)"
            ]
        )
    }

    @Test func everyEntryIsToldOfWhenThatIsAskedFor() throws {
        var told: [String] = []
        var check = try SignatureCheck(keys: CheckSupport.keys, rules: SignatureRules()) { entry, _ in
            told.append(entry.judgement.verdict)
        }
        check.begin(SignatureTarget(key: Array(CheckSupport.revocations.utf8)))
        for message in [try CheckSupport.signed(["a": "b"]), CheckSupport.message(["_sig": "x"]), Message()] {
            try check.check(id: [], message.fields, in: message.bytes)
        }
        #expect(told == ["valid", "invalid", "unsigned"])
    }

    /// What was seen in another stream is no replay in this one.
    @Test func aRepetitionIsOneWithinAStream() throws {
        var repetitions: [Bool] = []
        var check = try SignatureCheck(keys: CheckSupport.keys, rules: SignatureRules()) { entry, _ in
            repetitions.append(entry.judgement.isRepeated)
        }
        let message = try CheckSupport.audited("{}")
        for _ in 0..<2 {
            check.begin(SignatureTarget(key: Array("caracal.audit.events".utf8)))
            for _ in 0..<2 { try check.check(id: [], message.fields, in: message.bytes) }
            check.end()
        }
        #expect(repetitions == [false, true, false, true])
    }
}
