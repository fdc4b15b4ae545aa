import Caracal
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing
import Text

@Suite struct ClaimTests {
    /// Ten entries of which `old` holds five, idle for a minute, and `new` one.
    private func withStuckConsumer(
        _ binary: RedisBinary = .v8_2,
        _ body: (SandboxServer, Connection) throws -> Void
    ) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 10)
            try Stuck.deliver(5, to: "old", connection)
            try Stuck.deliver(1, to: "new", connection)
            for id in 1...5 { try Stuck.age(UInt64(id), of: "old", idle: 60_000, deliveries: id, connection) }
            try body(server, connection)
        }
    }

    private func claim(
        _ selection: Claim.Selection,
        to consumer: String = "new",
        creates: Bool = false
    ) -> Claim {
        Claim(
            stream: Stuck.stream,
            group: Stuck.group,
            consumer: Array(consumer.utf8),
            selection: selection,
            createsConsumer: creates
        )
    }

    private func never() throws(RedisError) -> Connection {
        throw RedisError(target: "", phase: .connecting, cause: .unexpected("no second connection was expected"))
    }

    @Test(arguments: RedisBinary.allCases)
    func exactlyThePlannedEntriesChangeHandsAndTheirCountsStay(binary: RedisBinary) throws {
        try withStuckConsumer(binary) { _, connection in
            let claim = claim(.ids([2, 4].map(Stuck.id)))
            let plan = try claim.plan(on: connection).get()
            #expect(plan.changes.map(\.outcome) == [.planned, .planned])
            let done = claim.apply(plan, on: ReconnectingChannel(connection, reopen: never))
            #expect(done.changes.map(\.outcome) == [.done, .done])
            let holders = ["1-0 old 1", "2-0 new 2", "3-0 old 3", "4-0 new 4", "5-0 old 5", "6-0 new 1"]
            #expect(try Stuck.holders(connection) == holders)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func whatCannotBeClaimedIsReportedAndLeftAlone(binary: RedisBinary) throws {
        try withStuckConsumer(binary) { _, connection in
            try connection.run("XTRIM caracal.audit.events MINID 2-0")
            try connection.run("XDEL caracal.audit.events 3-0")
            let claim = claim(.ids([1, 2, 3, 6, 9, 99].map(Stuck.id)))
            let plan = try claim.plan(on: connection).get()
            let outcomes: [EntryOutcome] = [
                .gone(.trimmed), .planned, .gone(.deleted), .alreadyHeld, .notPending, .notPending,
            ]
            #expect(plan.changes.map(\.outcome) == outcomes)
            _ = claim.apply(plan, on: ReconnectingChannel(connection, reopen: never))
            let holders = ["1-0 old 1", "2-0 new 2", "3-0 old 3", "4-0 old 4", "5-0 old 5", "6-0 new 1"]
            #expect(try Stuck.holders(connection) == holders)
        }
    }

    @Test func idleEntriesAreTakenOldestFirstUpToTheLimit() throws {
        try withStuckConsumer { _, connection in
            // Its own are no business of a claim.
            try Stuck.age(6, of: "new", idle: 60_000, deliveries: 1, connection)
            let some = claim(.idle(30_000, limit: 2))
            let plan = try some.plan(on: connection).get()
            #expect(plan.changes.map(\.id.milliseconds) == [1, 2])
            #expect(plan.isCutShort)
            let requests = plan.changes.map { some.request(for: $0) }
            #expect(requests.allSatisfy { $0.minIdle >= 60_000 })
            let all = try claim(.idle(30_000, limit: 5)).plan(on: connection).get()
            #expect(all.changes.map(\.id.milliseconds) == [1, 2, 3, 4, 5])
            #expect(!all.isCutShort)
            #expect(try claim(.idle(3_600_000, limit: 5)).plan(on: connection).get().changes.isEmpty)
        }
    }

    @Test func whatSomebodyTouchedSinceThePlanIsNotTaken() throws {
        try withStuckConsumer { _, connection in
            let claim = claim(.ids([1, 2, 3, 4, 5].map(Stuck.id)))
            let plan = try claim.plan(on: connection).get()
            try connection.run("XCLAIM caracal.audit.events audit-ingestor third 0 1-0")
            try connection.run("XACK caracal.audit.events audit-ingestor 2-0")
            try connection.run("XCLAIM caracal.audit.events audit-ingestor old 0 3-0")
            try Stuck.age(4, of: "old", idle: 90_000, deliveries: 9, connection)
            let done = claim.apply(plan, on: ReconnectingChannel(connection, reopen: never))
            let outcomes: [EntryOutcome] = [
                .taken(by: Array("third".utf8)), .settledMeanwhile, .taken(by: Array("old".utf8)),
                .taken(by: Array("old".utf8)), .done,
            ]
            #expect(done.changes.map(\.outcome) == outcomes)
            #expect(
                try Stuck.holders(connection) == ["1-0 third 2", "3-0 old 4", "4-0 old 9", "5-0 new 5", "6-0 new 1"]
            )
        }
    }

    @Test func theServerItselfRefusesWhatWasTakenInTheLastMoment() throws {
        try withStuckConsumer { _, connection in
            let claim = claim(.ids([Stuck.id(1)]))
            let change = try claim.plan(on: connection).get().changes[0]
            try connection.run("XCLAIM caracal.audit.events audit-ingestor third 0 1-0")
            #expect(try connection.ask(claim.request(for: change)).value == false)
            #expect(try Stuck.holders(connection).first == "1-0 third 2")
        }
    }

    @Test func whoIsStuckItselfIsAPoorHeir() throws {
        try withStuckConsumer { _, connection in
            let target = Array("new".utf8)
            let claim = Claim(
                stream: Stuck.stream,
                group: Stuck.group,
                consumer: target,
                selection: .ids([Stuck.id(1)]),
                claimIdle: 0
            )
            let findings = try claim.plan(on: connection).get().findings
            #expect(findings.map(\.code.rawValue) == ["unfit_consumer"])
            #expect(try self.claim(.ids([Stuck.id(1)])).plan(on: connection).get().findings == [])
        }
    }

    @Test func noConsumerIsCreatedUnasked() throws {
        try withStuckConsumer { _, connection in
            let refused = try claim(.ids([Stuck.id(1)]), to: "typo").plan(on: connection)
            guard case .failure(.noConsumer(Stuck.stream, Stuck.group, Array("typo".utf8), let successors)) = refused
            else {
                Issue.record("\(refused)")
                return
            }
            #expect(successors.consumers.map(\.name.readable) == ["new"], "old is stuck")
            #expect(try connection.run("XINFO CONSUMERS caracal.audit.events audit-ingestor").root.count == 2)

            let created = claim(.ids([Stuck.id(1)]), to: "fresh", creates: true)
            let plan = try created.plan(on: connection).get()
            #expect(plan.findings.map(\.code.rawValue) == ["creates_consumer"])
            #expect(created.apply(plan, on: ReconnectingChannel(connection, reopen: never)).changes[0].outcome == .done)
        }
    }

    @Test func aConsumerThatWasRemovedSinceThePlanIsNotCreatedAgain() throws {
        try withStuckConsumer { _, connection in
            let claim = claim(.ids([Stuck.id(1)]))
            let plan = try claim.plan(on: connection).get()
            try connection.run("XGROUP DELCONSUMER caracal.audit.events audit-ingestor new")
            let done = claim.apply(plan, on: ReconnectingChannel(connection, reopen: never))
            #expect(done.ending == .noConsumer)
            #expect(done.changes.map(\.outcome) == [.planned])
            #expect(try connection.run("XINFO CONSUMERS caracal.audit.events audit-ingestor").root.count == 1)
        }
    }

    @Test func missingStreamsAndGroupsAreNotCreated() throws {
        try withServer { server in
            let connection = try server.connect()
            #expect(try claim(.ids([Stuck.id(1)])).plan(on: connection) == .failure(.missing(Stuck.stream)))
            try connection.run("XADD caracal.audit.events 1-0 a b")
            let refused = try claim(.ids([Stuck.id(1)])).plan(on: connection)
            #expect(refused == .failure(.noGroup(Stuck.stream, Stuck.group)))
            #expect(try connection.run("XINFO GROUPS caracal.audit.events").root.count == 0)
        }
    }

    /// What one crash left is told from what is at work: 3 held for two hours, the others for a minute.
    @Test func aPlanTellsWhatIsHeldForLongFromWhatIsHeldForAMinute() throws {
        try withStuckConsumer { _, connection in
            for id in 1...3 { try Stuck.age(UInt64(id), of: "old", idle: 7_200_000, deliveries: 7, connection) }
            for id in 4...5 { try Stuck.age(UInt64(id), of: "old", idle: 61_000, deliveries: 1, connection) }
            let plan = try claim(.idle(30_000, limit: 9)).plan(on: connection).get()
            #expect(plan.batches.map(\.count) == [3, 2])
            #expect(plan.batches.map(\.deliveries) == [7, 1])
            #expect(plan.batches.allSatisfy { ($0.longest ?? 0) / 60_000 == ($0.shortest ?? 1) / 60_000 })
            #expect(plan.findings.map(\.code) == [.lastDelivery])
            #expect(
                plan.findings.map(\.message.text) == [
                    "3 of these entries are one delivery from the dead letter stream (the limit is 8): find out why they fail "
                        + "first"
                ]
            )
        }
    }

    /// siem-export has no service behind it that gives up on an entry.
    @Test func onlyAGroupWhoseServiceGivesUpHasALastDelivery() throws {
        try withStuckConsumer { _, connection in
            try connection.run("XREADGROUP GROUP siem-export old COUNT 1 STREAMS caracal.audit.events >")
            try connection.run("XGROUP CREATECONSUMER caracal.audit.events siem-export new")
            try connection.run("XCLAIM caracal.audit.events siem-export old 0 1-0 IDLE 60000 RETRYCOUNT 9 JUSTID")
            let claim = Claim(
                stream: Stuck.stream,
                group: Array("siem-export".utf8),
                consumer: Array("new".utf8),
                selection: .idle(30_000, limit: 9)
            )
            let plan = try claim.plan(on: connection).get()
            #expect(plan.planned.count == 1)
            #expect(plan.findings == [])
        }
    }

    @Test func whoIsToTakeOverIsProposedWhereNobodyWasNamed() throws {
        try withStuckConsumer { _, connection in
            let problem = try Claim.nobodyNamed(Stuck.stream, group: Stuck.group, claimIdle: 30_000, on: connection)
            guard case .unnamedConsumer(_, _, let successors) = problem else {
                Issue.record("\(problem)")
                return
            }
            #expect(successors.consumers.map(\.name.readable) == ["new"], "old is stuck")
            let none = try Claim.nobodyNamed(Stuck.stream, group: [0x78], claimIdle: 30_000, on: connection)
            #expect(none == .noGroup(Stuck.stream, [0x78]))
        }
    }
}
