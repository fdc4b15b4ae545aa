import RESP
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal
@testable import Redis
import Text

/// What writes, on a real server, over a connection that is lost at any byte of its commands and of its replies: nothing is done
/// twice, and nothing is reported that is not so. After every byte where `EVERY_BYTE` is set.
@Suite struct BrokenWriteTests {
    /// Repeats `work` with the connection lost `stride` bytes later each time, until it is not lost any more.
    private func sweep(
        _ server: SandboxServer,
        stride: Int = EveryByte.isAsked ? 1 : 11,
        prepare: (Connection) throws -> Void,
        work: (Connection, @escaping () throws(RedisError) -> any CommandChannel) throws -> Void,
        check: (Connection) throws -> Void
    ) throws {
        let direct = try server.connect()
        let endpoint = direct.endpoint
        for direction in BreakingLink.Direction.allCases {
            for turn in 0... {
                try direct.run("FLUSHDB")
                try prepare(direct)
                let link = BreakingLink(try Dial.open(endpoint, until: .after(.seconds(30))))
                let timeouts = Timeouts(connect: .seconds(30), command: .seconds(30))
                let connection = Connection(endpoint: endpoint, timeouts: timeouts, link: link)
                try Handshake(connection: connection, deadline: .after(.seconds(30))).run()
                link.breaks(direction, after: turn * stride)
                try work(connection) { () throws(RedisError) in try Connection.open(endpoint, timeouts: timeouts) }
                try check(direct)
                if !link.isBroken { break }
            }
        }
    }

    @Test func provisionIsFinishedByAnotherRunAndPlantsOneSeed() throws {
        try withServer { server in
            let streams = [StreamTable["policy.invalidate"], StreamTable["providers.ratelimit"]]
            try sweep(server) { _ in
            } work: { connection, _ in
                let outcome = Result { try Provision(streams: streams, policy: .automatic).run(on: connection) }
                if case .success(let report) = outcome { #expect(report.count(.created) == 2) }
            } check: { direct in
                let report = try Provision(streams: streams, policy: .automatic).run(on: direct)
                #expect(report.count(.created) + report.count(.exists) == 2)
                #expect(try direct.run("XLEN caracal.providers.ratelimit").root.integer == 1)
                #expect(try direct.run("XLEN caracal.policy.invalidate").root.integer == 0)
            }
        }
    }

    @Test func claimHandsOverOnceAndReportsWhatIs() throws {
        try withServer { server in
            var done: [EntryID] = []
            try sweep(server) { direct in
                try Stuck.fill(direct, count: 3)
                try Stuck.deliver(2, to: "old", direct)
                try Stuck.deliver(1, to: "new", direct)
            } work: { connection, reconnect in
                done = []
                let claim = Claim(
                    stream: Stuck.stream,
                    group: Stuck.group,
                    consumer: Array("new".utf8),
                    selection: .ids([Stuck.id(1), Stuck.id(2)])
                )
                guard case .success(.success(let plan)) = Result(catching: { try claim.plan(on: connection) }) else {
                    return
                }
                let change = claim.apply(plan, on: ReconnectingChannel(connection, reopen: reconnect))
                done = change.changes.filter { $0.outcome == .done }.map(\.id)
            } check: { direct in
                let holders = try Stuck.holders(direct)
                #expect(holders.count == 3)
                #expect(holders.allSatisfy { $0.hasSuffix(" 1") }, "\(holders)")
                for id in done { #expect(holders.contains("\(id) new 1")) }
            }
        }
    }

    @Test func acknowledgementsThatAreReportedAreThere() throws {
        try withServer { server in
            var done: [EntryID] = []
            try sweep(server) { direct in
                try Stuck.fill(direct, count: 3)
                try Stuck.deliver(3, to: "c", direct)
            } work: { connection, reconnect in
                done = []
                let ack = Acknowledge(
                    stream: Stuck.stream,
                    group: Stuck.group,
                    selection: .ids([Stuck.id(1), Stuck.id(2)])
                )
                guard case .success(.success(let plan)) = Result(catching: { try ack.plan(on: connection) }) else {
                    return
                }
                let change = ack.apply(plan, on: ReconnectingChannel(connection, reopen: reconnect))
                done = change.changes.filter { $0.outcome == .done }.map(\.id)
            } check: { direct in
                let pending = try Stuck.holders(direct)
                #expect(pending.contains("3-0 c 1"))
                for id in done { #expect(!pending.contains { $0.hasPrefix("\(id) ") }) }
            }
        }
    }

    @Test func trimRemovesWhatIsDoneWithAndNothingElse() throws {
        try withServer { server in
            var isDone = false
            try sweep(server) { direct in
                try Stuck.fill(direct, count: 4)
                try Stuck.deliver(3, to: "c", direct)
                try direct.run("XACK caracal.audit.events audit-ingestor 1-0 2-0")
                try direct.run("XGROUP SETID caracal.audit.events siem-export 4-0")
            } work: { connection, reconnect in
                isDone = false
                let trim = Trim(stream: Stuck.stream)
                guard case .success(.success(let plan)) = Result(catching: { try trim.plan(on: connection) }) else {
                    return
                }
                isDone = trim.apply(plan, on: ReconnectingChannel(connection, reopen: reconnect)).isDone
            } check: { direct in
                let length = try direct.run("XLEN caracal.audit.events").root.integer
                #expect(length == 2 || length == 4 && !isDone)
            }
        }
    }

    @Test func publishWritesOnceAndReportsWhatIs() throws {
        try withServer { server in
            var published = false
            try sweep(server) { direct in
                try direct.run("XADD caracal.sessions.revoke 1-1 a b")
            } work: { connection, reconnect in
                published = false
                let rules = PublishRules(
                    stream: StreamTable["sessions.revoke"],
                    signing: nil,
                    outboxID: .given(Array("m-1".utf8))
                )
                guard
                    case .success(.success(let target)) = Result(catching: {
                        try PublishTarget.look(at: rules.stream, asksForDisk: false, on: connection)
                    })
                else { return }
                var bulk = try BulkPublish(
                    rules: rules,
                    target: target,
                    server: ReconnectingChannel(connection, reopen: reconnect),
                    rate: nil
                )
                let report = try bulk.run(CheckSupport.message(["zone_id": "z", "session_id": "s"]), waitsForDisk: nil)
                #expect(report.unsettledError == nil, "\(report)")
                published = report.published == 1
            } check: { direct in
                let length = try direct.run("XLEN caracal.sessions.revoke").root.integer
                #expect(length == (published ? 2 : 1))
            }
        }
    }

    @Test func redriveLeavesOneCopyOfEveryMessage() throws {
        try withServer { server in
            var moved: UInt64 = 0
            try sweep(server) { direct in
                try direct.run("XADD caracal.audit.events 1-1 id first data d")
                try direct.run(
                    "XADD caracal.audit.events.dlq 5-1 reason x:y src_id e received_at 1 src_data d src_sig s"
                )
            } work: { connection, reconnect in
                moved = 0
                let selection = DeadLetterSelection()
                let rules = RedriveRules(isForced: true)
                var judge = try DeadLetterJudge(keys: CheckSupport.keys)
                let line = ReconnectingChannel(connection, reopen: reconnect)
                guard
                    case .success(let plan) = Result(catching: {
                        try RedrivePlanner(selection: selection, rules: rules).run(on: line, &judge, clock: 0)
                    })
                else { return }
                let redrive = Redrive(plan: plan, selection: selection, rules: rules)
                let report = try redrive.run(on: line, &judge) { _, _, _ in }
                moved = report.parts.reduce(0) { $0 + $1.moved }
            } check: { direct in
                let dead = try direct.run("XLEN caracal.audit.events.dlq").root.integer ?? -1
                let back = try direct.run("XLEN caracal.audit.events").root.integer ?? -1
                #expect(dead + back == 2)
                #expect(moved == 0 || back == 2)
            }
        }
    }

    /// Steps were carried out without an answer, and others only when they were sent again.
    @Test func redriveKnowsWhatItHasMovedWhereverTheConnectionBreaks() throws {
        try withServer { server in
            var report: RedriveReport?
            try sweep(server, stride: 61) { direct in
                try direct.run("XADD caracal.audit.events 1-1 id first data d")
                for number in 1...3 {
                    try direct.run("XADD caracal.audit.events.dlq 5-\(number) reason x:y src_id e\(number) src_data d")
                }
            } work: { connection, reconnect in
                let selection = DeadLetterSelection()
                let rules = RedriveRules(isForced: true)
                var judge = try DeadLetterJudge(keys: CheckSupport.keys)
                let planner = RedrivePlanner(selection: selection, rules: rules)
                let plan = try planner.run(on: ReconnectingChannel(reconnect()), &judge, clock: 0)
                let line = ReconnectingChannel(connection, reopen: reconnect)
                let redrive = Redrive(plan: plan, selection: selection, rules: rules)
                report = try redrive.run(on: line, &judge) { _, _, _ in }
            } check: { direct in
                #expect(report?.ending == nil)
                #expect(report?.parts.map { $0.moved + $0.movedUnclear } == [3])
                #expect(report?.parts.map(\.gone) == [0])
                let length = try direct.run("XLEN caracal.audit.events").root.integer
                #expect(length == 4)
                #expect(try direct.run("XLEN caracal.audit.events.dlq").root.integer == 0)
            }
        }
    }
}
