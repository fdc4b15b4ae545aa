import Caracal
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing
import Text

@Suite struct PendingSummaryTests {
    /// Redis 6.2 keeps no counters.
    @Test func aLagThatMayNotBeCountedIsUnknown() throws {
        try withServer(.v6_2, extra: ["user default on nopass ~* +@all -xrange"]) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 10)
            try Stuck.deliver(3, to: "c1", connection)
            let report = try PendingSummary(streams: [StreamTable["audit.events"]]).run(on: connection)
            #expect(report.groups.map(\.lag) == [.unknown, .exact(10)])
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func showsEveryGroupInTwoRoundTripsAndTouchesNothing(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let observer = try server.connect()
            try Stuck.fill(observer, count: 10)
            try Stuck.deliver(3, to: "c1", observer)
            try Stuck.age(1, of: "c1", idle: 60_000, deliveries: 7, observer)
            let connection = try server.connect()
            let before = (try Stuck.fingerprint(observer), connection.roundTrips)
            try observer.run("CONFIG RESETSTAT")
            let report = try PendingSummary(streams: StreamTable.all).run(on: connection)
            #expect(connection.roundTrips - before.1 == 2)
            let names = try observer.commandCounts().keys.map { $0.prefix { $0 != "|" } }
            let looking: Set<Substring> = ["type", "xinfo", "time", "xpending", "xrange"]
            #expect(Set(names).subtracting(["config", "info"]) == looking)
            #expect(try Stuck.fingerprint(observer) == before.0)

            #expect(report.groups.map { $0.info?.pending } == [3, 0, 0, 0, 0, 0, 0, 0, 0, 0])
            #expect(report.groups.map(\.lag) == [.exact(7), .exact(10)] + Array(repeating: .exact(0), count: 8))
            let ingestor = report.groups[0]
            #expect(ingestor.oldestIdle?.isCertainly(atLeast: 60_000) == true)
            #expect(ingestor.oldestIdle?.quality == "exact")
            #expect(ingestor.mostDeliveries == .exact(7))
            #expect(ingestor.consumers?.map(\.state) == [.stuck])
            #expect(ingestor.deliveryLimit(8) == 8)
            #expect(report.groups[1].oldestIdle == nil)
            #expect(report.groups[1].deliveryLimit(8) == nil)
            #expect(report.findings.isEmpty)
        }
    }

    @Test func theConsumersOfAGroupThatHasTooManyAreNotAskedFor() throws {
        try withServer { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 4)
            for name in ["a", "b", "c"] { try Stuck.deliver(1, to: name, connection) }
            let streams = [StreamTable["audit.events"]]
            let all = try PendingSummary(streams: streams, limits: PendingLimits(consumerLimit: 3)).run(on: connection)
            #expect(all.groups[0].consumers?.count == 3)
            #expect(!all.groups[0].hasUnlistedConsumers)
            let some = try PendingSummary(streams: streams, limits: PendingLimits(consumerLimit: 2)).run(on: connection)
            #expect(some.groups[0].consumers == nil)
            #expect(some.groups[0].hasUnlistedConsumers)
            #expect(some.groups[0].mostDeliveries == .exact(1), "what is pending is looked at all the same")
            #expect(
                some.findings.map(\.message.text) == [
                    "audit-ingestor on caracal.audit.events has 3 consumers, too many to look at each: "
                        + "caracalctl consumer prune removes names that are left over"
                ]
            )
            #expect(some.findings.map(\.severity) == [.note])
        }
    }

    /// Entries that were claimed a moment ago hide those behind them from a look at the oldest hundred.
    @Test(arguments: RedisBinary.allCases)
    func whatTheOldestEntriesHideIsSeen(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 999)
            try Stuck.deliver(800, to: "c1", connection)
            try Stuck.deliver(199, to: "c2", connection)
            try Stuck.age(950, of: "c2", idle: 60_000, deliveries: 9, connection)
            let group = try #require(try PendingSummary(streams: [Stuck.stream]).run(on: connection).groups.first)
            #expect(group.oldestIdle?.quality == "exact")
            #expect(group.oldestIdle?.isCertainly(atLeast: 60_000) == true)
            #expect(group.mostDeliveries == .exact(9))
            #expect(group.consumers?.map(\.state) == [.active, .stuck])
        }
    }

    /// Of a list that is longer than a page, the oldest entries and the first of each consumer are looked at: one round trip more,
    /// however long it is. What lies behind them is "at least", unless it is walked over.
    @Test(arguments: RedisBinary.allCases)
    func aLongListIsLookedAtInOneMoreRoundTrip(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let observer = try server.connect()
            try Stuck.fill(observer, count: 3_000)
            for (count, consumer) in [(1_500, "c1"), (1_000, "c2"), (500, "c3")] {
                try Stuck.deliver(count, to: consumer, observer)
            }
            try Stuck.age(1_501, of: "c2", idle: 60_000, deliveries: 5, observer)
            try Stuck.age(2_900, of: "c3", idle: 7_200_000, deliveries: 9, observer)
            let connection = try server.connect()
            let before = connection.roundTrips
            let group = try #require(try PendingSummary(streams: [Stuck.stream]).run(on: connection).groups.first)
            #expect(connection.roundTrips - before == 3)
            #expect(group.oldestIdle?.quality == "at_least")
            #expect((60_000..<7_200_000).contains(group.oldestIdle?.value ?? 0))
            #expect(group.mostDeliveries == .atLeast(5))
            #expect(group.consumers?.map(\.state) == [.unknown, .stuck, .unknown])

            let limits = PendingLimits(walked: 100_000)
            let walked = try #require(
                try PendingSummary(streams: [Stuck.stream], limits: limits).run(on: connection).groups.first
            )
            #expect(walked.oldestIdle?.quality == "exact")
            #expect(walked.oldestIdle?.isCertainly(atLeast: 7_200_000) == true)
            #expect(walked.mostDeliveries == .exact(9))
            #expect(walked.consumers?.map(\.state) == [.active, .stuck, .stuck])
        }
    }

    /// A limit that is crossed by the first page ends the look at the list: nothing is said of who holds what lies behind.
    @Test func aConsumerOfWhichNotAllWasSeenIsNotCalledActive() throws {
        try withServer { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 1_200)
            try Stuck.deliver(600, to: "c1", connection)
            try Stuck.deliver(600, to: "c2", connection)
            try Stuck.age(1, of: "c1", idle: 60_000, deliveries: 2, connection)
            let group = try summary(connection, maxIdle: 50_000).groups[0]
            #expect(group.oldestIdle?.quality == "at_least")
            #expect(group.mostDeliveries == .atLeast(2))
            #expect(group.consumers?.map(\.state) == [.stuck, .unknown])
        }
    }

    /// Where XPENDING is refused nobody knows for how long what is pending was held, be it one entry or more. Who holds nothing is active.
    @Test(arguments: RedisBinary.allCases, [1, 2])
    func aConsumerOfWhichNothingMayBeSeenIsUnknown(binary: RedisBinary, pending: Int) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 3)
            try Stuck.deliver(pending, to: "c1", connection)
            try Stuck.age(1, of: "c1", idle: 60_000, deliveries: 2, connection)
            try connection.run("XGROUP CREATECONSUMER caracal.audit.events audit-ingestor c2")
            try connection.run("ACL SETUSER default -xpending")
            for limits in [PendingLimits(), PendingLimits(walked: 100)] {
                let summary = PendingSummary(streams: [Stuck.stream], limits: limits)
                let group = try #require(try summary.run(on: connection).groups.first)
                #expect(group.consumers?.map(\.state) == [.unknown, .active])
                #expect(group.consumers?.map(\.held) == [nil, nil])
                #expect(group.consumers?.map(\.isWhole) == [false, true])
                #expect(group.count(.active) == 1)
                #expect(group.count(.unknown) == 1)
            }
        }
    }

    /// XGROUP SETID moves the group's position and leaves its pending entries list as it is.
    @Test(arguments: RedisBinary.allCases)
    func whatIsPendingAheadOfAGroupThatWasSetBackIsSeen(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 500)
            try Stuck.deliver(500, to: "c1", connection)
            for id in 200..<220 {
                try Stuck.age(UInt64(id), of: "c1", idle: 7_200_000, deliveries: 1, connection)
            }
            try connection.run("XGROUP SETID caracal.audit.events audit-ingestor 0")
            let report = try summary(connection, maxIdle: 300_000)
            #expect(report.findings.map(\.code.rawValue) == ["over_idle"])
            let idle = try Check().run(on: connection).measures.first { $0.figure == .oldest }
            #expect(idle?.state == .critical)
        }
    }

    @Test func aLimitOnTheIdleTimeIsHeldAgainstTheWholeList() throws {
        try withServer { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 1_200)
            try Stuck.deliver(1_200, to: "c1", connection)
            let inOrder = try summary(connection, maxIdle: 50_000)
            #expect(inOrder.findings.isEmpty)
            #expect(inOrder.groups[0].oldestIdle?.quality == "exact")
            #expect(inOrder.groups[0].mostDeliveries == .exact(1))
            try Stuck.age(1_150, of: "c1", idle: 60_000, deliveries: 9, connection)
            let crossed = try summary(connection, maxIdle: 50_000)
            #expect(crossed.findings.map(\.code.rawValue) == ["over_idle"])
            #expect(crossed.groups[0].mostDeliveries == .atLeast(9))
            #expect(try connection.run("PING").root.text.map { Array($0) } == Array("PONG".utf8))
        }
    }

    @Test func aListThatIsLeftEarlyLeavesNoReplyBehind() throws {
        try withServer { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 2_500)
            try Stuck.deliver(2_500, to: "c1", connection)
            try Stuck.age(150, of: "c1", idle: 60_000, deliveries: 9, connection)
            #expect(try summary(connection, maxIdle: 50_000).findings.map(\.code.rawValue) == ["over_idle"])
            #expect(try connection.run("PING").root.text.map { Array($0) } == Array("PONG".utf8))
        }
    }

    private func summary(_ connection: Connection, maxIdle: UInt64) throws -> PendingReport {
        try PendingSummary(streams: [Stuck.stream], limits: PendingLimits(maxIdle: maxIdle)).run(on: connection)
    }

    @Test func aLimitOnPendingEntriesIsCrossedByOneMore() throws {
        try withServer { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 4)
            try Stuck.deliver(4, to: "c1", connection)
            for (limit, codes) in [(4, []), (3, ["over_pending"])] as [(UInt64, [String])] {
                let limits = PendingLimits(maxPending: limit)
                let report = try PendingSummary(streams: [Stuck.stream], limits: limits).run(on: connection)
                #expect(report.findings.map(\.code.rawValue) == codes)
            }
        }
    }

    @Test(arguments: [RedisBinary.v7_0, .v8_2])
    func lossCountsOnlyForGroupsThatSomebodyReadsThrough(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 10)
            try Stuck.deliver(2, to: "c1", connection)
            try connection.run("XTRIM caracal.audit.events MAXLEN = 5")
            let limits = PendingLimits(judgesLoss: true)
            let quiet = try PendingSummary(streams: [Stuck.stream]).run(on: connection)
            #expect(quiet.findings.map(\.severity) == [.warning])
            let report = try PendingSummary(streams: [Stuck.stream], limits: limits).run(on: connection)
            #expect(report.groups.map(\.lost) == [.unknown, .unknown])
            #expect(report.groups.map(\.loss) == [.reported(3), .possible])
            #expect(
                report.findings == [
                    Finding(
                        .lostEntries,
                        .failure,
                        stream: "caracal.audit.events",
                        "audit-ingestor on caracal.audit.events lost 3 entries by the server's counters: removed before they were "
                            + "delivered"
                    )
                ]
            )
            try connection.run("XGROUP CREATECONSUMER caracal.audit.events siem-export s")
            let attached = try PendingSummary(streams: [Stuck.stream], limits: limits).run(on: connection)
            #expect(attached.findings.map(\.code.rawValue) == ["lost_entries", "loss_unknown"])
        }
    }

    @Test func missingStreamsGroupsAndOtherTypesAreFindings() throws {
        try withServer { server in
            let connection = try server.connect()
            try provision(connection)
            try connection.run("DEL caracal.keys.invalidate caracal.policy.invalidate")
            try connection.run("HSET caracal.policy.invalidate a b")
            try connection.run("XGROUP DESTROY caracal.agents.lifecycle coordinator-relay")
            let report = try PendingSummary(streams: StreamTable.all).run(on: connection)
            #expect(
                report.findings.map(\.message) == [
                    "caracal.policy.invalidate is not a stream: it holds a hash",
                    "caracal.keys.invalidate does not exist (caracalctl provision keys.invalidate --start 0 creates it)",
                    "the group coordinator-relay does not exist on caracal.agents.lifecycle: its consumers get NOGROUP "
                        + "(caracalctl provision agents.lifecycle --start 0 creates it; then see that they come back)",
                ]
            )
            #expect(report.findings.allSatisfy { $0.severity == .failure })
        }
    }

    @Test func groupsOutsideTheTableAreShownBehindThoseInIt() throws {
        try withServer { server in
            let connection = try server.connect()
            try provision(connection)
            try connection.run("XGROUP CREATE caracal.sessions.revoke gateway-revocation:a 0")
            let report = try PendingSummary(streams: [StreamTable["sessions.revoke"]]).run(on: connection)
            #expect(
                report.groups.map(\.name.readable) == ["sts-revocation", "resource-revocation", "gateway-revocation:a"]
            )
            #expect(report.groups.map { $0.definition != nil } == [true, true, false])
        }
    }

    @Test func whatTheServerWillNotSayIsUnknown() throws {
        try withServer(extra: ["user narrow on nopass ~* +type +time +xinfo|stream +xinfo|groups"]) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 3)
            try Stuck.deliver(2, to: "c1", connection)
            let narrow = try server.connect(as: Credentials(user: "narrow", password: Secret(Array("x".utf8))))
            let limits = PendingLimits(maxIdle: 1)
            let report = try PendingSummary(streams: [Stuck.stream], limits: limits).run(on: narrow)
            #expect(report.groups[0].info?.pending == 2)
            #expect(report.groups[0].oldestIdle == .unknown)
            #expect(report.groups[0].mostDeliveries == .unknown)
            #expect(report.groups[0].consumers == nil)
            #expect(
                report.findings.map(\.code.rawValue) == [
                    "idle_unknown", "not_permitted", "not_permitted", "not_permitted",
                ]
            )
            #expect(report.groups[0].lag == .unknown)
        }
    }
}
