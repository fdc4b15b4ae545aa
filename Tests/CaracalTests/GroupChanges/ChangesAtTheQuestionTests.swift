import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal

/// What others do between the plan of a claim or an acknowledgement and its steps, on every server.
@Suite struct ChangesAtTheQuestionTests {
    private static let key = "caracal.audit.events"
    private static let group = "audit-ingestor"

    private static func never() throws(RedisError) -> any CommandChannel {
        throw RedisError(target: "", phase: .connecting, cause: .unexpected("no second connection was expected"))
    }

    /// Five entries that `old` holds, delivered once, a minute ago; `new` holds none.
    private func withStuckConsumer(_ binary: RedisBinary, _ body: (Connection) throws -> Void) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 6)
            try Stuck.deliver(5, to: "old", connection)
            for id in 1...5 { try Stuck.age(UInt64(id), of: "old", idle: 60_000, deliveries: 1, connection) }
            try connection.run("XGROUP CREATECONSUMER \(Self.key) \(Self.group) new")
            try body(connection)
        }
    }

    private var acknowledge: Acknowledge {
        Acknowledge(stream: Stuck.stream, group: Stuck.group, selection: .ids((1...3).map { Stuck.id($0) }))
    }

    private var claim: Claim {
        Claim(
            stream: Stuck.stream,
            group: Stuck.group,
            consumer: Array("new".utf8),
            selection: .ids((1...3).map { Stuck.id($0) })
        )
    }

    /// What happens to `2-0`, and what becomes of it: it is left to whoever has it.
    static let events: [([String], EntryOutcome)] = [
        (["XCLAIM \(key) \(group) living 0 2-0"], .taken(by: Array("living".utf8))),
        (["XCLAIM \(key) \(group) old 0 2-0"], .taken(by: Array("old".utf8))),
        (["XCLAIM \(key) \(group) old 0 2-0 JUSTID"], .taken(by: Array("old".utf8))),
        (["XREADGROUP GROUP \(group) old COUNT 5 STREAMS \(key) 1-0"], .taken(by: Array("old".utf8))),
        (["XACK \(key) \(group) 2-0"], .settledMeanwhile),
    ]

    @Test(arguments: RedisBinary.allCases, events.indices)
    func whatSomebodyHasByThenIsLeftAlone(binary: RedisBinary, event: Int) throws {
        let (lines, outcome) = Self.events[event]
        try withStuckConsumer(binary) { connection in
            let plan = try acknowledge.plan(on: connection).get()
            for line in lines { try connection.run(line) }
            let before = try Stuck.holders(connection).filter { $0.hasPrefix("2-0 ") }
            let done = acknowledge.apply(plan, on: ReconnectingChannel(connection, reopen: Self.never))
            #expect(done.changes[1].outcome == outcome)
            #expect(done.changes[0].outcome == .done)
            #expect(try Stuck.holders(connection).filter { $0.hasPrefix("2-0 ") } == before)
        }
        try withStuckConsumer(binary) { connection in
            let plan = try claim.plan(on: connection).get()
            for line in lines { try connection.run(line) }
            let before = try Stuck.holders(connection).filter { $0.hasPrefix("2-0 ") }
            let done = claim.apply(plan, on: ReconnectingChannel(connection, reopen: Self.never))
            #expect(done.changes[1].outcome == outcome)
            #expect(done.changes[0].outcome == .done)
            #expect(try Stuck.holders(connection).filter { $0.hasPrefix("2-0 ") } == before)
        }
    }

    /// From Redis 7 on XCLAIM takes an entry that is gone off the list.
    @Test(arguments: RedisBinary.allCases)
    func claimTakesNothingOffTheListThatIsDeletedByThen(binary: RedisBinary) throws {
        try withStuckConsumer(binary) { connection in
            let plan = try claim.plan(on: connection).get()
            try connection.run("XDEL \(Self.key) 2-0")
            try connection.run("XTRIM \(Self.key) MINID 2-0")
            let done = claim.apply(plan, on: ReconnectingChannel(connection, reopen: Self.never))
            #expect(done.changes.map(\.outcome) == [.gone(.trimmed), .gone(.trimmed), .done])
            #expect(
                try Stuck.holders(connection) == ["1-0 old 1", "2-0 old 1", "3-0 new 1", "4-0 old 1", "5-0 old 1"]
            )
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aGroupMadeAnewIsAnotherOne(binary: RedisBinary) throws {
        try withStuckConsumer(binary) { connection in
            let (acks, claims) = (try acknowledge.plan(on: connection).get(), try claim.plan(on: connection).get())
            try connection.run("XGROUP DESTROY \(Self.key) \(Self.group)")
            #expect(acknowledge.apply(acks, on: ReconnectingChannel(connection, reopen: Self.never)).ending == .noGroup)
            #expect(claim.apply(claims, on: ReconnectingChannel(connection, reopen: Self.never)).ending == .noGroup)
            try connection.run("XGROUP CREATE \(Self.key) \(Self.group) 0")
            try connection.run("XGROUP CREATECONSUMER \(Self.key) \(Self.group) new")
            try Stuck.deliver(5, to: "old", connection)
            let taken = EntryOutcome.taken(by: Array("old".utf8))
            let acked = acknowledge.apply(acks, on: ReconnectingChannel(connection, reopen: Self.never))
            #expect(acked.changes.map(\.outcome) == [taken, taken, taken])
            let claimed = claim.apply(claims, on: ReconnectingChannel(connection, reopen: Self.never))
            #expect(claimed.changes.map(\.outcome) == [taken, taken, taken])
            #expect(try Stuck.holders(connection).count == 5)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func trimmedLeavesAloneWhatIsInTheStreamAgain(binary: RedisBinary) throws {
        try withStuckConsumer(binary) { connection in
            try connection.run("XTRIM \(Self.key) MINID 3-0")
            let operation = Acknowledge(stream: Stuck.stream, group: Stuck.group, selection: .lost)
            let plan = try operation.plan(on: connection).get()
            #expect(plan.changes.map(\.id) == [Stuck.id(1), Stuck.id(2)])
            try connection.run("DEL \(Self.key)")
            try connection.run("XADD \(Self.key) 2-0 a b")
            try connection.run("XGROUP CREATE \(Self.key) \(Self.group) 0")
            for id in 1...2 {
                try connection.run(
                    "XCLAIM \(Self.key) \(Self.group) old 0 \(id)-0 IDLE 99000 RETRYCOUNT 1 FORCE JUSTID"
                )
            }
            let done = operation.apply(plan, on: ReconnectingChannel(connection, reopen: Self.never))
            #expect(done.changes[1].outcome == .reappeared)
            #expect(try Stuck.holders(connection) == ["2-0 old 1"])
        }
    }
}
