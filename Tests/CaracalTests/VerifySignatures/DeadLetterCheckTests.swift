import Testing

@testable import Caracal
import Text

@Suite struct DeadLetterCheckTests {
    private let dead = "caracal.sessions.revoke.dead"
    private let auditDead = "caracal.audit.events.dlq"

    @Test func theAuditServicesDeadLettersHoldTheirSourceUnderAPrefix() throws {
        var letter = try CheckSupport.audited("{}", "src_")
        letter.append(name: Array("reason".utf8), value: Array("pg_permanent_error:x".utf8))
        let report = try CheckSupport.check(letter, on: auditDead)
        #expect(report.own == [1, 0, 0, 0, 1, 0])
        #expect(report.sources == [1, 1, 0, 0, 0, 0])
        #expect(report.findings.isEmpty)
    }

    @Test func anAlteredSourceEntryIsInvalid() throws {
        var letter = try CheckSupport.audited("{}", "src_")
        letter.append(name: Array("src_data".utf8), value: Array("{\"id\":1}".utf8))
        let report = try CheckSupport.check(letter, on: auditDead)
        #expect(report.sources == [1, 0, 0, 1, 0, 0])
        #expect(report.entries.map(\.judgement.part) == [.source])
    }

    /// What came through the API's outbox has two signatures, and each of them counts.
    @Test(arguments: [false, true])
    func theSecondSignatureOfASourceEntryCounts(isWrong: Bool) throws {
        let report = try CheckSupport.check(CheckSupport.twiceSigned(isWrong: isWrong), on: auditDead)
        #expect(report.sources == (isWrong ? [1, 0, 0, 1, 0, 0] : [1, 1, 0, 0, 0, 0]))
        #expect(
            report.reasons == (isWrong ? ["its second signature, _sig, is wrong: the signature does not match"] : [])
        )
    }

    @Test(arguments: [("1767443990017-2", 1), ("019abc00-0000", 0)])
    func theStreamsOwnIDIsNotTakenForTheEventsID(id: String, valid: UInt64) throws {
        let source = try CheckSupport.signed(["data": "{}"], for: "caracal.audit.events")
        var letter = Message()
        for index in source.fields.indices {
            letter.append(name: Array("src_".utf8) + source.name(at: index), value: source.value(at: index))
        }
        letter.append(name: Array("src_id".utf8), value: Array(id.utf8))
        #expect(try CheckSupport.check(letter, on: auditDead).sources[1] == valid)
    }

    @Test func whatServicesWriteIsSignedOutsideAndInside() throws {
        let values = CheckSupport.json(try CheckSupport.signed(["zone_id": "z"]))
        let fields: KeyValuePairs = ["original_id": "1-1", "error": "x", "values": values]
        let report = try CheckSupport.check(CheckSupport.signed(fields, for: dead), on: dead)
        #expect(report.own == [1, 1, 0, 0, 0, 0])
        #expect(report.sources == [1, 1, 0, 0, 0, 0])
        let unsigned = try CheckSupport.check(CheckSupport.message(fields), on: dead)
        #expect(unsigned.findings.map(\.code.rawValue) == ["unsigned"])
    }

    @Test func whatConnectorsWriteIsUnsignedOutside() throws {
        let payload = CheckSupport.json(try CheckSupport.signed(["zone_id": "z"]))
        let letter = CheckSupport.message([
            "source_id": "1-1", "reason": "missing_revocation_anchor", "payload": payload,
        ])
        let report = try CheckSupport.check(letter, on: dead)
        #expect(report.own == [1, 0, 0, 0, 1, 0])
        #expect(report.sources == [1, 1, 0, 0, 0, 0])
        #expect(report.findings.isEmpty)
    }

    @Test func aSourceEntryThatDiedInTwoGroupsIsNoReplay() throws {
        let payload = CheckSupport.json(try CheckSupport.signed(["zone_id": "z"]))
        let letter = CheckSupport.message(["source_id": "1-1", "payload": payload])
        #expect(try CheckSupport.check([letter, letter], on: dead).sources == [2, 2, 0, 0, 0, 0])
    }

    @Test func aPayloadThatIsNoObjectIsInvalid() throws {
        let report = try CheckSupport.check(CheckSupport.message(["payload": "[]"]), on: dead)
        #expect(report.sources == [1, 0, 0, 1, 0, 0])
        #expect(
            report.reasons == [
                "the source entry cannot be read from the dead letter: byte 1: expected '{', found \"[\""
            ]
        )
    }

    @Test func aDeadLetterOfNoKnownShapeNeedsASignatureOfItsOwn() throws {
        let report = try CheckSupport.check(CheckSupport.message(["what": "ever"]), on: dead)
        #expect(report.own == [1, 0, 0, 0, 1, 0])
        #expect(report.sources == [0, 0, 0, 0, 0, 0])
        #expect(report.findings.map(\.code.rawValue) == ["unsigned"])
    }
}
