import Redis
import Testing

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
        ("vx", KeyElsewhere.unknown, false), ("vxx", .unknown, true), ("vxx", .holds, false), ("vvx", .fails, true),
        ("vv", .fails, false),
    ])
    func theOtherStreamsComeFirst(marks: String, elsewhere: KeyElsewhere, isDoubtful: Bool) {
        #expect((KeyDoubt([], record(marks), elsewhere) != nil) == isDoubtful)
    }
}
