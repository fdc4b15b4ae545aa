import Redis
import Testing
import Text

@testable import Caracal

/// When the key did not hold last, and what that and the other streams say of it.
@Suite struct KeyDoubtTests {
    /// `v` is valid, `x` is not; the ids count from 1 on.
    private func record(_ marks: String) -> KeyRecord {
        marks.enumerated().reduce(into: KeyRecord()) { record, mark in
            record.note(isValid: mark.element == "v", EntryID(milliseconds: UInt64(mark.offset + 1), sequence: 0))
        }
    }

    @Test(
        arguments: [
            ("", nil), ("vvv", nil), ("xxx", 1...3), ("vvxx", 3...4), ("xxvv", 1...2), ("xvxxv", 3...4),
            ("vxvx", 4...4),
        ] as [(String, ClosedRange<UInt64>?)]
    )
    func theTimeIsThatOfTheNewestThatNoValidOneStandsBetween(marks: String, time: ClosedRange<UInt64>?) {
        let record = record(marks)
        #expect(record.time.map { $0.lowerBound.milliseconds...$0.upperBound.milliseconds } == time)
        #expect(
            record.valid == UInt64(marks.count { $0 == "v" }) && record.invalid == UInt64(marks.count { $0 == "x" })
        )
    }

    /// What is read later and is older is counted, and moves no border.
    @Test func whatIsOlderSaysNothingOfTheTime() {
        var record = record("vvxx")
        for isValid in [false, true] { record.note(isValid: isValid, EntryID(milliseconds: 1, sequence: 1)) }
        #expect(record.valid == 3 && record.invalid == 3)
        #expect(record.time?.lowerBound.milliseconds == 3 && record.time?.upperBound.milliseconds == 4)
    }

    @Test(arguments: [
        ("vx", KeyElsewhere.unknown(nil), false), ("vxx", .unknown(nil), true), ("vxx", .holds, false),
        ("vvx", .fails, true), ("vv", .fails, false),
        // Only this stream had traffic since the services have another key: that most are of before tells nothing.
        ("vvvvvvxxxxx", .unknown(nil), true), ("vvvvvvxxxx", .unknown(nil), false),
        ("vvvvvvxxxxxv", .unknown(nil), false),
        ("vvvvvvxxxxx", .holds, false),
    ])
    func theOtherStreamsComeFirst(marks: String, elsewhere: KeyElsewhere, isDoubtful: Bool) {
        #expect((KeyDoubt([], record(marks), elsewhere) != nil) == isDoubtful)
    }

    @Test(arguments: [
        ("xx", KeyElsewhere.unknown(nil), "no signature in s is valid"),
        ("vxx", .unknown(nil), "2 of 3 signatures in s are not valid"),
        ("xvvvvvvxxxxx", .unknown(nil), "6 of 12 signatures in s are not valid, the newest 5 among them"),
        (
            "vx", .fails,
            "1 of 2 signatures in s are not valid, and at least half of those of other streams at that time are not either"
        ),
        (
            "xx", .unknown(.refused(refusal, on: [0x74])),
            "no signature in s is valid (the key could not be tried on t: ERR no)"
        ),
        (
            "xx", .unknown(.failed(lost)),
            "no signature in s is valid (the key could not be tried on other streams: looking at h:1 failed)"
        ),
    ])
    func whatSpeaksAgainstTheKeyIsNamed(marks: String, elsewhere: KeyElsewhere, evidence: String) {
        #expect(KeyDoubt([0x73], record(marks), elsewhere)?.evidence.text == evidence)
    }

    private static let refusal = Refusal(code: "ERR", message: Array("ERR no".utf8))
    private static let lost = RedisError(target: "h:1", phase: .awaiting, cause: .link(.disconnected(reason: nil)))

    /// A look that fails is no reason to end a comparison that is whole. A request to stop is.
    @Test func aLookThatFailsLeavesTheOthersUnknown() throws {
        #expect(try KeyElsewhere { () throws(RedisError) in throw Self.lost } == .unknown(.failed(Self.lost)))
        let stopped = RedisError(target: "h:1", phase: .awaiting, cause: .link(.interrupted(signal: 2)))
        #expect(throws: stopped) { try KeyElsewhere { () throws(RedisError) in throw stopped } }
    }
}
