import Caracal
import Redis
import RedisSandbox
import TestSupport
import Testing

/// The rules against the servers whose figures they judge.
@Suite struct LagOnServersTests {
    static let stream = StreamTable.all[4]

    /// Ten entries, `1-0` to `10-0`, a group `g` at 0, and what happens then.
    private func standing(_ binary: RedisBinary, _ lines: String...) throws -> GroupStanding {
        try withServer(binary) { server in
            let connection = try server.connect()
            for id in 1...10 { try connection.run("XADD caracal.keys.invalidate \(id)-0 a b") }
            try connection.run("XGROUP CREATE caracal.keys.invalidate g 0")
            for line in lines { try connection.run(line) }
            let report = try PendingSummary(streams: [Self.stream], group: Array("g".utf8)).run(on: connection)
            return try #require(report.groups.first)
        }
    }

    private func read(_ count: Int) -> String {
        "XREADGROUP GROUP g c COUNT \(count) STREAMS caracal.keys.invalidate >"
    }

    @Test(arguments: RedisBinary.allCases)
    func aGroupAtTheStartLagsByEverything(binary: RedisBinary) throws {
        #expect(try standing(binary).lag == .exact(10))
    }

    @Test(arguments: RedisBinary.allCases)
    func aGroupInTheMiddleIsCountedWhereTheServerCannotTell(binary: RedisBinary) throws {
        #expect(try standing(binary, "XGROUP SETID caracal.keys.invalidate g 4-0").lag == .exact(6))
        #expect(try standing(binary, read(4)).lag == .exact(6))
        #expect(try standing(binary, read(4), "XDEL caracal.keys.invalidate 7-0").lag == .exact(5))
        #expect(try standing(binary, read(4), "XDEL caracal.keys.invalidate 2-0").lag == .exact(6))
    }

    @Test(arguments: RedisBinary.allCases)
    func aGroupStartedAtTheEndIsCountedOnceSomethingIsAdded(binary: RedisBinary) throws {
        let setToEnd = "XGROUP SETID caracal.keys.invalidate g $"
        #expect(try standing(binary, setToEnd).lag == .exact(0))
        #expect(try standing(binary, setToEnd, "XADD caracal.keys.invalidate 11-0 a b").lag == .exact(1))
    }

    @Test(arguments: RedisBinary.allCases)
    func aGroupThatTrimmingOvertookLagsByWhatIsLeft(binary: RedisBinary) throws {
        let group = try standing(binary, read(3), "XTRIM caracal.keys.invalidate MAXLEN = 4")
        #expect(group.lag == .exact(4))
        #expect(group.lost == (binary == .v6_2 ? .unknown : .exact(3)))
        #expect(group.trimHorizon == .exact(9_996))
    }

    @Test(arguments: RedisBinary.allCases)
    func aGroupThatReadOnAfterTrimmingIsNotBelievedTheServersCount(binary: RedisBinary) throws {
        let trim = "XTRIM caracal.keys.invalidate MAXLEN = 4"
        #expect(try standing(binary, read(3), trim, read(1)).lag == .exact(3))
        #expect(try standing(binary, read(3), trim, read(2)).lag == .exact(2))
        #expect(try standing(binary, read(3), trim, read(4)).lag == .exact(0))
    }

    @Test(arguments: RedisBinary.allCases)
    func nothingIsLeftToLagBehindInAnEmptyStream(binary: RedisBinary) throws {
        let group = try standing(binary, read(3), "XTRIM caracal.keys.invalidate MAXLEN = 0")
        #expect(group.lag == .exact(0))
        #expect(group.lost == (binary == .v6_2 ? .unknown : .exact(7)))
    }

    @Test(arguments: RedisBinary.allCases)
    func aLongCountIsAtLeast(binary: RedisBinary) throws {
        let group = try withServer(binary) { server in
            let connection = try server.connect()
            try connection.run("XGROUP CREATE caracal.keys.invalidate g 0 MKSTREAM")
            for id in 1...150 { try connection.run("XADD caracal.keys.invalidate \(id)-0 a b") }
            try connection.run("XGROUP SETID caracal.keys.invalidate g 20-0")
            let report = try PendingSummary(streams: [Self.stream], group: Array("g".utf8)).run(on: connection)
            return try #require(report.groups.first)
        }
        #expect(group.lag == .atLeast(100))
        #expect(group.trimHorizon == .atMost(9_900))
    }
}
