import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal

/// What others do between the plan of a trimming and its steps, on every server: nothing goes that a group has come to need.
@Suite struct TrimAtTheQuestionTests {
    /// `caracal.keys.invalidate`: a bound of 10,000 and the group `sts-keys`.
    private static let key = "caracal.keys.invalidate"
    private static let stream = StreamTable["keys.invalidate"]

    private static func id(_ milliseconds: UInt64) -> EntryID { EntryID(milliseconds: milliseconds, sequence: 0) }

    private func fill(_ connection: Connection, _ numbers: ClosedRange<Int>) throws {
        for reply in try connection.pipeline(numbers.map { Command("XADD", Self.key, "\($0)-0", "a", "b") }) {
            #expect(reply.root.error == nil)
        }
    }

    /// Ten entries, of which the one group has acknowledged nine and `8-0` is pending.
    private func withReadStream(_ binary: RedisBinary = .v8_2, _ body: (Connection) throws -> Void) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try provision(connection)
            try fill(connection, 1...10)
            try connection.run("XREADGROUP GROUP sts-keys c COUNT 10 STREAMS \(Self.key) >")
            try connection.run("XACK \(Self.key) sts-keys 1-0 2-0 3-0 4-0 5-0 6-0 7-0 9-0 10-0")
            try body(connection)
        }
    }

    private func apply(
        _ trim: Trim,
        _ plan: TrimPlan,
        on connection: Connection,
        afterStep: (UInt64) -> Void = { _ in }
    ) -> TrimReport {
        trim.apply(plan, on: ReconnectingChannel(connection, reopen: Self.never), afterStep: afterStep)
    }

    private static func never() throws(RedisError) -> any CommandChannel {
        throw RedisError(target: "", phase: .connecting, cause: .unexpected("no second connection was expected"))
    }

    @Test(arguments: RedisBinary.allCases)
    func aGroupThatWasSetBackIsGivenEverythingAgain(binary: RedisBinary) throws {
        try withReadStream(binary) { connection in
            try connection.run("XGROUP SETID \(Self.key) sts-keys 0")
            let plan = try Trim(stream: Self.stream).plan(on: connection).get()
            #expect(plan.minID == nil)
            #expect(plan.slowest?.floor == Self.id(1))
            try connection.run("XGROUP SETID \(Self.key) sts-keys 4-0")
            let report = apply(
                Trim(stream: Self.stream),
                try Trim(stream: Self.stream).plan(on: connection).get(),
                on: connection
            )
            #expect(report.removed == 4)
            #expect(report.length == 6)
            #expect(report.ending == nil)
        }
    }

    /// What happens at the question, and what the trimming stops with.
    static let events: [([String], TrimEnding)] = [
        (["XGROUP SETID \(key) sts-keys 0"], .held(group: Array("sts-keys".utf8), from: id(1))),
        (["XGROUP SETID \(key) sts-keys 6-0"], .held(group: Array("sts-keys".utf8), from: id(7))),
        (["XGROUP CREATE \(key) late 0"], .held(group: Array("late".utf8), from: id(1))),
        (
            ["XGROUP DESTROY \(key) sts-keys", "XGROUP CREATE \(key) sts-keys 0"],
            .held(group: Array("sts-keys".utf8), from: id(1))
        ),
        (["XCLAIM \(key) sts-keys d 0 5-0 FORCE"], .held(group: Array("sts-keys".utf8), from: id(5))),
        (["XGROUP DESTROY \(key) sts-keys"], .noGroups),
        (["DEL \(key)"], .anew),
        (["DEL \(key)", "XGROUP CREATE \(key) sts-keys $ MKSTREAM", "XADD \(key) 1-1 a b"], .anew),
        (
            ["DEL \(key)"] + (1...10).map { "XADD \(key) \($0)-0 a b" } + ["XGROUP CREATE \(key) sts-keys 0"],
            .held(group: Array("sts-keys".utf8), from: id(1))
        ),
    ]

    @Test(arguments: RedisBinary.allCases, events.indices)
    func whatAGroupHasComeToNeedStays(binary: RedisBinary, event: Int) throws {
        let (lines, stop) = Self.events[event]
        try withReadStream(binary) { connection in
            let trim = Trim(stream: Self.stream)
            let plan = try trim.plan(on: connection).get()
            #expect(plan.minID == Self.id(8))
            for line in lines { try connection.run(line) }
            let before = try connection.run("XLEN \(Self.key)").root.integer
            let report = apply(trim, plan, on: connection)
            #expect(report.ending == stop)
            #expect(report.removed == 0)
            #expect(!report.isDone)
            #expect(try connection.run("XLEN \(Self.key)").root.integer == before)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func whatIsAddedAndReadChangesNothing(binary: RedisBinary) throws {
        try withReadStream(binary) { connection in
            let trim = Trim(stream: Self.stream)
            let plan = try trim.plan(on: connection).get()
            try fill(connection, 11...20)
            try connection.run("XREADGROUP GROUP sts-keys c COUNT 5 STREAMS \(Self.key) >")
            try connection.run("XACK \(Self.key) sts-keys 8-0")
            try connection.run("XGROUP CREATE \(Self.key) late $")
            let report = apply(trim, plan, on: connection)
            #expect(report.ending == nil)
            #expect(report.removed == 7)
            #expect(report.length == 13)
        }
    }

    /// The first step takes whole nodes, 10,000 entries at most; each that follows looks again.
    @Test(arguments: RedisBinary.allCases)
    func aGroupThatIsSetBackBetweenTwoStepsKeepsTheRest(binary: RedisBinary) throws {
        try withReadStream(binary) { connection in
            try fill(connection, 11...25_000)
            try connection.run("XGROUP SETID \(Self.key) sts-keys 25000-0")
            try connection.run("XACK \(Self.key) sts-keys 8-0")
            let trim = Trim(stream: Self.stream)
            let plan = try trim.plan(on: connection).get()
            var steps = 0
            let report = apply(trim, plan, on: connection) { removed in
                steps += 1
                if steps == 1 { _ = try? connection.run("XGROUP SETID \(Self.key) sts-keys 15000-0") }
            }
            #expect(steps == 1)
            #expect(report.ending == .held(group: Array("sts-keys".utf8), from: Self.id(15_001)))
            let removed = try #require(report.removed)
            #expect((1...10_000).contains(removed))
            #expect(report.length == 25_000 - removed)
            #expect(try connection.run("XLEN \(Self.key)").root.integer == Int64(25_000 - removed))
        }
    }

    // MARK: With --force

    /// 10,050 entries: the group was given 20, and has acknowledged `1-0`.
    private func withOverfullStream(_ binary: RedisBinary = .v8_2, _ body: (Connection, Trim, TrimPlan) throws -> Void)
        throws
    {
        try withServer(binary) { server in
            let connection = try server.connect()
            try provision(connection)
            try fill(connection, 1...10_250)
            try connection.run("XREADGROUP GROUP sts-keys c COUNT 20 STREAMS \(Self.key) >")
            try connection.run("XACK \(Self.key) sts-keys 1-0")
            let trim = Trim(stream: Self.stream, isForced: true)
            let plan = try trim.plan(on: connection).get()
            #expect(plan.removes == .exact(250))
            #expect(plan.groups.map(\.undelivered) == [.exact(230)])
            #expect(plan.groups.map(\.unacknowledged) == [19])
            try body(connection, trim, plan)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func forceRemovesWhatWasToldThoughTheGroupReadsOn(binary: RedisBinary) throws {
        try withOverfullStream(binary) { connection, trim, plan in
            try connection.run("XREADGROUP GROUP sts-keys c COUNT 100 STREAMS \(Self.key) >")
            try connection.run("XACK \(Self.key) sts-keys 2-0 3-0")
            let report = apply(trim, plan, on: connection)
            #expect(report.ending == nil)
            #expect(report.removed == 250)
            #expect(report.length == 10_000)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func forceTakesFromNoGroupWhatWasNotTold(binary: RedisBinary) throws {
        try withOverfullStream(binary) { connection, trim, plan in
            try connection.run("XGROUP CREATE \(Self.key) late 10100-0")
            try connection.run("XGROUP CREATE \(Self.key) new 3-0")
            let report = apply(trim, plan, on: connection)
            #expect(report.ending == .held(group: Array("new".utf8), from: Self.id(4)))
            #expect(report.removed == 0)
        }
    }

    /// What would make a group lose what was not told, as many entries though it be: a replay, and a replay that was read already.
    static let replays: [([String], EntryID)] = [
        (["XGROUP SETID \(key) sts-keys 0"], id(1)),
        (["XGROUP SETID \(key) sts-keys 15-0", "XACK \(key) sts-keys 16-0 17-0"], id(16)),
        (["XGROUP SETID \(key) sts-keys 0", "XREADGROUP GROUP sts-keys c COUNT 20 STREAMS \(key) >"], id(1)),
        (["XACK \(key) sts-keys 2-0 3-0", "XCLAIM \(key) sts-keys d 0 1-0 FORCE"], id(1)),
        (["XGROUP DESTROY \(key) sts-keys", "XGROUP CREATE \(key) sts-keys 0"], id(1)),
    ]

    @Test(arguments: RedisBinary.allCases, replays.indices)
    func aGroupLosesNothingButWhatWasTold(binary: RedisBinary, replay: Int) throws {
        let (lines, first) = Self.replays[replay]
        try withOverfullStream(binary) { connection, trim, plan in
            for line in lines { try connection.run(line) }
            let report = apply(trim, plan, on: connection)
            #expect(report.ending == .held(group: Array("sts-keys".utf8), from: first))
            #expect(report.removed == 0)
            #expect(try connection.run("XLEN \(Self.key)").root.integer == 10_250)
        }
    }

    /// A step is told of as many pending entries as it reads; those that were deleted since are no reason to stop.
    @Test func deletedEntriesDoNotHideWhatWasTold() throws {
        try withServer { server in
            let connection = try server.connect()
            try provision(connection)
            try fill(connection, 1...10_250)
            try connection.run("XREADGROUP GROUP sts-keys c COUNT 240 STREAMS \(Self.key) >")
            let trim = Trim(stream: Self.stream, isForced: true)
            let plan = try trim.plan(on: connection).get()
            #expect(plan.groups.map(\.unacknowledged) == [240])
            try connection.run("XDEL \(Self.key) " + (2...150).map { "\($0)-0" }.joined(separator: " "))
            let report = apply(trim, plan, on: connection)
            #expect(report.ending == nil)
            #expect(report.removed == 101)
            #expect(report.length == 10_000)
        }
    }

    /// A group that was set back is to be given again what it has pending; that counts once.
    @Test(arguments: RedisBinary.allCases)
    func forceTellsEachEntryThatIsLostOnce(binary: RedisBinary) throws {
        try withOverfullStream(binary) { connection, trim, _ in
            try connection.run("XGROUP SETID \(Self.key) sts-keys 0")
            let plan = try trim.plan(on: connection).get()
            #expect(plan.groups.map(\.undelivered) == [.exact(250)])
            #expect(plan.groups.map(\.unacknowledged) == [0])
            let report = apply(trim, plan, on: connection)
            #expect(report.ending == nil)
            #expect(report.removed == 250)
        }
    }
}
