import Caracal
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// The rules against the servers whose figures they judge.
@Suite struct LagOnServersTests {
    static let stream = StreamTable["keys.invalidate"]

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
        #expect(group.lost == .unknown)
        #expect(group.loss == (binary == .v6_2 ? .possible : .reported(3)))
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
        #expect(group.lost == .unknown)
        #expect(group.loss == (binary == .v6_2 ? .possible : .reported(7)))
    }

    @Test(arguments: RedisBinary.allCases)
    func aLongLagIsCountedUpToALimit(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try fill(connection, 6_000)
            try connection.run("XGROUP CREATE caracal.keys.invalidate g 20-0")
            try connection.run("XDEL caracal.keys.invalidate 3000-0")
            let group = try group(connection)
            #expect(group.lag == .exact(5_979))
            #expect(group.trimHorizon == .exact(4_021))
            let stopped = try self.group(connection, PendingLimits(lagLimit: 4_000))
            #expect(stopped.lag == .atLeast(4_100))
            #expect(stopped.trimHorizon == .atMost(5_900))
        }
    }

    /// Adds `1-0` to `count-0`.
    private func fill(_ connection: Connection, _ count: Int) throws {
        let commands = (1...count).map { Command("XADD", "caracal.keys.invalidate", "\($0)-0", "a", "b") }
        for reply in try connection.pipeline(commands) { #expect(reply.root.error == nil) }
    }

    private func group(_ connection: Connection, _ limits: PendingLimits = PendingLimits()) throws -> GroupStanding {
        let look = PendingSummary(streams: [Self.stream], group: Array("g".utf8), limits: limits)
        return try #require(try look.run(on: connection).groups.first)
    }

    /// A long lag that the server tells is not counted, and said to be the server's.
    @Test(arguments: RedisBinary.allCases)
    func aLongLagThatTheServerTellsIsNotCounted(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try connection.run("XGROUP CREATE caracal.keys.invalidate g 0 MKSTREAM")
            try fill(connection, 3_000)
            try connection.run(read(1_000))
            try connection.run("CONFIG RESETSTAT")
            let group = try group(connection)
            let scripts = try connection.commandCounts().filter { $0.key.hasPrefix("eval") }
            #expect(group.shownLag == (binary == .v6_2 ? .exact(2_000) : .reported(2_000)))
            #expect(group.trimHorizon == (binary == .v6_2 ? .exact(8_000) : .reported(8_000)))
            #expect(group.lag == (binary == .v6_2 ? .exact(2_000) : .atLeast(100)))
            #expect(scripts.isEmpty == (binary != .v6_2))
            let counted = try self.group(connection, PendingLimits(lagLimit: 10_000))
            #expect(counted.shownLag == .exact(2_000))
        }
    }

    /// It is counted where the server tells less than was seen.
    @Test(arguments: [RedisBinary.v7_0, .v8_2])
    func aLagThatIsLessThanWhatWaitsIsCounted(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try connection.run("XGROUP CREATE caracal.keys.invalidate g 0 MKSTREAM")
            try fill(connection, 3_000)
            try connection.run("XGROUP SETID caracal.keys.invalidate g 1000-0 ENTRIESREAD 2950")
            let group = try group(connection)
            #expect(group.info?.lag == 50)
            #expect(group.shownLag == .exact(2_000))
        }
    }

    /// Who may not run scripts has the entries read.
    @Test(arguments: RedisBinary.allCases)
    func aLagIsCountedWithoutScriptsToo(binary: RedisBinary) throws {
        let rights = binary == .v6_2 ? "-eval" : "-eval -eval_ro"
        try withServer(binary, extra: ["user default on nopass ~* +@all \(rights)"]) { server in
            let connection = try server.connect()
            try fill(connection, 3_000)
            try connection.run("XGROUP CREATE caracal.keys.invalidate g 20-0")
            let group = try group(connection)
            #expect(group.lag == .exact(2_980))
            #expect(group.refusals == [])
        }
    }

    /// Redis takes any number for ENTRIESREAD.
    @Test(arguments: [RedisBinary.v7_0, .v8_2])
    func aLagFromACounterThatWasSetByHandIsNotBelieved(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try fill(connection, 5)
            try connection.run("XGROUP CREATE caracal.keys.invalidate g $ ENTRIESREAD 0")
            for id in 6...8 { try connection.run("XADD caracal.keys.invalidate \(id)-0 a b") }
            try connection.run(read(1))
            let group = try group(connection)
            #expect(group.info?.lag == 7)
            #expect(group.lag == .exact(2))
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func anUnreadEntryThatWasDeletedIsNoExactLossOfNone(binary: RedisBinary) throws {
        let group = try standing(binary, read(3), "XDEL caracal.keys.invalidate 7-0")
        #expect(group.lost == (binary == .v6_2 ? .unknown : .atLeast(1)))
        #expect(group.lag == .exact(6))
    }
}
