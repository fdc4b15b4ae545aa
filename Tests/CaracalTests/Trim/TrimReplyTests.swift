import Redis
import Testing

@testable import Caracal

/// What a server may answer that no server should.
@Suite struct TrimReplyTests {
    private static let trim = Trim(stream: StreamTable["keys.invalidate"])
    private static let info = StreamInfo(
        length: 3,
        lastGeneratedID: EntryID(milliseconds: 4, sequence: 0),
        groups: 1,
        firstID: EntryID(milliseconds: 1, sequence: 0),
        lastID: EntryID(milliseconds: 4, sequence: 0)
    )
    private static let plan = TrimPlan(
        stream: trim.stream,
        length: 3,
        mark: TrimPlan.Mark(info),
        minID: EntryID(milliseconds: 4, sequence: 0),
        removes: .exact(3),
        staysAtBound: false,
        isForced: false,
        groups: [],
        abandoned: [],
        findings: []
    )

    @Test func countsBeyondAllMeasureAreNoTrap() throws {
        let removed = "*4\r\n$7\r\nREMOVED\r\n:9223372036854775807\r\n:5\r\n:"
        let replies =
            Array(repeating: removed + "0", count: 3) + ["*4\r\n$7\r\nREMOVED\r\n:0\r\n:5\r\n:0", removed + "1"]
        let connection = try Connection.open(ReplayLink(answering: replies))
        let report = Self.trim.apply(Self.plan, on: ReconnectingChannel(connection))
        #expect(report.removed == .max)
        #expect(report.length == 5)
        #expect(report.isDone)
    }

    @Test(arguments: ["$4\r\nDONE", "*0", "*1\r\n:1", "*2\r\n$4\r\nHELD\r\n$1\r\ng", "*1\r\n$7\r\nREMOVED"])
    func anAnswerThatIsNoneLeavesTheOutcomeUnknown(reply: String) throws {
        let connection = try Connection.open(ReplayLink(answering: [reply]))
        let report = Self.trim.apply(Self.plan, on: ReconnectingChannel(connection))
        #expect(report.removed == nil)
        #expect(!report.isDone)
        guard case .write(.lost(_, isInDoubt: true)) = report.stop else {
            Issue.record("\(String(describing: report.stop))")
            return
        }
    }
}
