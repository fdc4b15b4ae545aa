import Redis
import Testing
import Text

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

    /// One look at a stream of 10,001 entries, one more than its bound, and the page that it reads of them.
    private static func look(page: String) -> [String] {
        let (first, last) = (entry(1), entry(4))
        let info =
            "%5\r\n+length\r\n:10001\r\n+last-generated-id\r\n+4-0\r\n+groups\r\n:1\r\n+first-entry\r\n\(first)\r\n"
            + "+last-entry\r\n\(last)"
        let group =
            "*1\r\n%4\r\n+name\r\n$8\r\nsts-keys\r\n+consumers\r\n:0\r\n+pending\r\n:0\r\n+last-delivered-id\r\n+4-0"
        return ["+stream", info, group, "*2\r\n$1\r\n1\r\n$1\r\n0", "*0", page]
    }

    private static func entry(_ milliseconds: Int) -> String {
        "*2\r\n$3\r\n\(milliseconds)-0\r\n*2\r\n$1\r\na\r\n$1\r\nb"
    }

    private static let toBound = Trim(stream: trim.stream, staysAtBound: true)

    /// Somebody else trims too: what the look has counted is gone when it is read.
    @Test func aStreamThatNeverHoldsStillIsLookedAtFiveTimes() throws {
        let replies = Array(repeating: Self.look(page: "*0"), count: 5).flatMap(\.self)
        let connection = try Connection.open(ReplayLink(answering: replies))
        #expect(try Self.toBound.plan(on: connection) == .failure(.changing(Self.trim.stream)))
        #expect(
            StreamProblem.changing(Self.trim.stream).text().text
                == "entries of caracal.keys.invalidate were removed each of the 5 times it was looked at; nothing was sent "
                + "(try again when nobody else trims it)"
        )
    }

    @Test func theFirstLookThatHoldsIsThePlan() throws {
        let still = Self.look(page: "*2\r\n\(Self.entry(1))\r\n\(Self.entry(2))")
        let replies = Array(repeating: Self.look(page: "*0"), count: 4).flatMap(\.self) + still
        let connection = try Connection.open(ReplayLink(answering: replies))
        let plan = try Self.toBound.plan(on: connection).get()
        #expect(plan.minID == EntryID(milliseconds: 2, sequence: 0))
        #expect(plan.removes == .exact(1))
    }

    @Test(arguments: ["$4\r\nDONE", "*0", "*1\r\n:1", "*2\r\n$4\r\nHELD\r\n$1\r\ng", "*1\r\n$7\r\nREMOVED"])
    func anAnswerThatIsNoneLeavesTheOutcomeUnknown(reply: String) throws {
        let connection = try Connection.open(ReplayLink(answering: [reply]))
        let report = Self.trim.apply(Self.plan, on: ReconnectingChannel(connection))
        #expect(report.removed == nil)
        #expect(!report.isDone)
        guard case .write(.lost(_, isInDoubt: true)) = report.ending else {
            Issue.record("\(String(describing: report.ending))")
            return
        }
    }
}
