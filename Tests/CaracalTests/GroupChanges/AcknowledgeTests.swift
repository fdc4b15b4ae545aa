import Caracal
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing
import Text

@Suite struct AcknowledgeTests {
    private func acknowledge(_ selection: Acknowledge.Selection) -> Acknowledge {
        Acknowledge(stream: Stuck.stream, group: Stuck.group, selection: selection)
    }

    private func never() throws(RedisError) -> Connection {
        throw RedisError(target: "", phase: .connecting, cause: .unexpected("no second connection was expected"))
    }

    @Test(arguments: RedisBinary.allCases)
    func exactlyThePlannedEntriesAreAcknowledged(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 5)
            try Stuck.deliver(4, to: "c", connection)
            let acknowledge = acknowledge(.ids([2, 3, 5, 77].map(Stuck.id)))
            let plan = try acknowledge.plan(on: connection).get()
            #expect(plan.changes.map(\.outcome) == [.planned, .planned, .notPending, .notPending])
            #expect(
                plan.findings.map(\.message) == [
                    "2 entries still exist: once they are acknowledged, nobody in audit-ingestor will process them"
                ]
            )
            try connection.run("XACK caracal.audit.events audit-ingestor 3-0")
            let done = acknowledge.apply(plan, on: ReconnectingChannel(connection, reopen: never))
            #expect(done.changes.map(\.outcome) == [.done, .settledMeanwhile, .notPending, .notPending])
            #expect(try Stuck.holders(connection) == ["1-0 c 1", "4-0 c 1"])
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func trimmedTakesOnlyWhatIsGone(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 1_500)
            try Stuck.deliver(1_400, to: "c", connection)
            try connection.run("XTRIM caracal.audit.events MINID 1201-0")
            try connection.run("XDEL caracal.audit.events 1300-0")
            let acknowledge = acknowledge(.lost)
            let plan = try acknowledge.plan(on: connection).get()
            #expect(plan.changes.count == 1_201)
            #expect(plan.findings.isEmpty)
            let done = acknowledge.apply(plan, on: ReconnectingChannel(connection, reopen: never))
            #expect(done.changes.allSatisfy { $0.outcome == .done })
            let left = XPending(key: Stuck.stream.key, group: Stuck.group, count: 2_000)
            let ids = try #require(try connection.ask(left).value).map(\.id.milliseconds)
            #expect(ids == (1_201...1_400).filter { $0 != 1_300 })
            #expect(try acknowledge.plan(on: connection).get().changes.isEmpty)
        }
    }

    /// Of more than 10,000 entries it is only kept how many they are, and where.
    @Test(arguments: RedisBinary.allCases)
    func whatIsTooMuchToListIsAcknowledgedAllTheSame(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 12_600)
            try Stuck.deliver(12_550, to: "c", connection)
            try connection.run("XTRIM caracal.audit.events MINID 12501-0")
            let acknowledge = acknowledge(.lost)
            let plan = try acknowledge.plan(on: connection).get()
            #expect(plan.changes.count == 10_000)
            #expect(plan.unlisted?.first == Stuck.id(10_001))
            #expect(plan.unlisted?.last == Stuck.id(12_500))
            #expect(plan.total == 12_500)
            #expect(plan.left == 12_500)
            // One goes by somebody else, and what is gone only after the plan was made is none of it.
            try connection.run("XACK caracal.audit.events audit-ingestor 11000-0")
            try connection.run("XDEL caracal.audit.events 12550-0")
            var steps = 0
            let done = acknowledge.apply(plan, on: ReconnectingChannel(connection, reopen: never)) { _ in steps += 1 }
            #expect(done.done == 12_499)
            #expect(done.left == 0)
            #expect(done.unlisted?.leftAlone == 1)
            #expect(done.ending == nil)
            #expect(steps > 20)
            let left = XPending(key: Stuck.stream.key, group: Stuck.group, count: 100)
            #expect(try connection.ask(left).get().map(\.id.milliseconds) == Array(12_501...12_550))
        }
    }

    @Test func aGroupThatIsNotThereIsRefusedBeforeAnythingIsSent() throws {
        try withServer { server in
            let connection = try server.connect()
            try connection.run("XADD caracal.audit.events 1-0 a b")
            let refused = try acknowledge(.ids([Stuck.id(1)])).plan(on: connection)
            #expect(refused == .failure(.noGroup(Stuck.stream, Stuck.group)))
        }
    }
}
