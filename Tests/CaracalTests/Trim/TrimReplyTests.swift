import Redis
import Testing

@testable import Caracal

/// What a server may answer that no server should.
@Suite struct TrimReplyTests {
    @Test func countsBeyondAllMeasureAreNoTrap() throws {
        let removed = Array(repeating: ":9223372036854775807", count: 3) + [":0", ":0", "-ERR no such key"]
        let connection = try Connection.open(ReplayLink(answering: removed))
        let trim = Trim(stream: StreamTable.all[4])
        let plan = TrimPlan(
            stream: trim.stream,
            length: 3,
            minID: EntryID(milliseconds: 4, sequence: 0),
            removes: .exact(3),
            staysAtBound: false,
            groups: [],
            findings: []
        )
        let report = try trim.apply(plan, on: connection) { () throws(RedisError) in connection }
        #expect(report.removed == .max)
        #expect(report.length == nil)
    }
}
