import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal
import Text

@Suite struct TrimTests {
    /// `caracal.keys.invalidate`: a bound of 10,000 and one group.
    private static let stream = StreamTable["keys.invalidate"]

    private func fill(_ connection: Connection, _ count: Int) throws {
        try provision(connection)
        let commands = (1...count).map { Command("XADD", "caracal.keys.invalidate", "\($0)-0", "a", "b") }
        _ = try connection.pipeline(commands)
    }

    private func read(_ count: Int, _ connection: Connection, group: String = "sts-keys", acknowledges: Bool = true)
        throws
    {
        let flag = acknowledges ? "NOACK " : ""
        try connection.run(
            "XREADGROUP GROUP \(group) c COUNT \(count) \(flag)STREAMS caracal.keys.invalidate >"
        )
    }

    private func trim(_ connection: Connection, toBound: Bool = false, force: Bool = false) throws -> TrimReport {
        let trim = Trim(stream: Self.stream, staysAtBound: toBound, isForced: force)
        let plan = try trim.plan(on: connection).get()
        return trim.apply(plan, on: ReconnectingChannel(connection))
    }

    /// That an observer acknowledged a dead letter does not mean that it was redriven, or exported.
    @Test func deadLettersGoOnlyWithForceAndAreCountedBefore() throws {
        try withServer { server in
            let connection = try server.connect()
            let key = "caracal.audit.events.dlq"
            let letters = StreamDefinition(
                key,
                bound: 2,
                publisher: .auditService,
                scheme: nil,
                groups: [GroupDefinition("audit-dlq-observer", hasPublicConsumer: false)]
            )
            try connection.run("XGROUP CREATE \(key) audit-dlq-observer 0 MKSTREAM")
            for number in 1...5 { try connection.run("XADD \(key) \(number)-0 reason x") }
            let nothing = try Trim(stream: letters).plan(on: connection).get()
            #expect(nothing.minID == nil, "nobody has acknowledged any")
            try connection.run("XREADGROUP GROUP audit-dlq-observer c COUNT 4 NOACK STREAMS \(key) >")
            let refused = try Trim(stream: letters).plan(on: connection)
            #expect(refused == .failure(.deadLetters(letters, .exact(4))))
            let bound = try Trim(stream: letters, staysAtBound: true).plan(on: connection)
            guard case .failure(let problem) = bound else { throw Unexpected() }
            #expect(
                problem.text()
                    == "3 dead letters of \(key) would go, exported or not; nothing was sent (caracalctl dlq export "
                    + "first, then caracalctl dlq purge removes what it holds; --force trims)"
            )
            let forced = try Trim(stream: letters, isForced: true).plan(on: connection).get()
            #expect(
                forced.findings == [
                    Finding(
                        .losesEntries,
                        .warning,
                        stream: key,
                        "3 dead letters go, exported or not (caracalctl dlq export first)"
                    )
                ]
            )
            #expect(try connection.run("XLEN \(key)").root.integer == 5)
        }
    }

    private struct Unexpected: Error {}

    /// A group that was put beyond the last id is given nothing of what is added, and has acknowledged nothing by that.
    @Test(arguments: RedisBinary.allCases)
    func aGroupBeyondTheStreamHoldsEverything(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try fill(connection, 10)
            try read(10, connection)
            let plan = try Trim(stream: Self.stream).plan(on: connection).get()
            try connection.run("XGROUP SETID caracal.keys.invalidate sts-keys 1000-0")
            try connection.run("XADD caracal.keys.invalidate 11-0 a b")
            // Put there while the question waits, and before.
            let report = Trim(stream: Self.stream).apply(plan, on: ReconnectingChannel(connection))
            #expect(report.ending == .held(group: Array("sts-keys".utf8), from: EntryID(milliseconds: 1, sequence: 0)))
            let late = try trim(connection)
            #expect(late.plan.minID == nil && late.length == 11)
            #expect(try connection.send(Command("XLEN", "caracal.keys.invalidate")).root.unsigned == 11)
            // Neither what it has to come nor what it lost is 0.
            let summary = try PendingSummary(streams: [Self.stream]).run(on: connection)
            let group = try #require(summary.groups.first)
            #expect(group.lag == .unknown && group.lost == .unknown)
            let diagnosis = Diagnosis(try DoctorBus(server).examine())
            #expect(
                diagnosis.findings("skipped-entries").contains(
                    "sts-keys on caracal.keys.invalidate stands at 1000-0, beyond the stream's last id: it is not given what is "
                        + "added now"
                )
            )
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func removesExactlyWhatEveryGroupHasAcknowledged(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try fill(connection, 1_000)
            try connection.run("XGROUP CREATE caracal.keys.invalidate other 0")
            try read(700, connection)
            try read(450, connection, group: "other")
            let report = try trim(connection)
            #expect(report.removed == 450)
            #expect(report.length == 550)
            #expect(report.plan.minID == EntryID(milliseconds: 450, sequence: 1))
            #expect(
                try connection.run("XRANGE caracal.keys.invalidate - + COUNT 1").root[0]?[0]?.text.map { Array($0) }
                    == Array("451-0".utf8)
            )
            #expect(try trim(connection).plan.minID == nil)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aPendingEntryStaysWithAllThatFollows(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try fill(connection, 300)
            try read(200, connection)
            try read(50, connection, acknowledges: false)
            try connection.run("XACK caracal.keys.invalidate sts-keys 201-0 203-0")
            let report = try trim(connection)
            #expect(report.plan.removes == .exact(201), "counted up to the first pending entry")
            #expect(report.removed == 201)
            #expect(report.plan.minID == EntryID(milliseconds: 202, sequence: 0))
        }
    }

    @Test func nothingGoesWhileTheFirstEntryIsPending() throws {
        try withServer { server in
            let connection = try server.connect()
            try fill(connection, 300)
            try read(200, connection, acknowledges: false)
            try connection.run("XACK caracal.keys.invalidate sts-keys 2-0 3-0")
            let plan = try Trim(stream: Self.stream).plan(on: connection).get()
            #expect(plan.minID == nil, "there is nothing to ask about")
            #expect(plan.removes == .exact(0))
        }
    }

    @Test func aGroupThatNeverReadHoldsEverything() throws {
        try withServer { server in
            let connection = try server.connect()
            try fill(connection, 300)
            try read(300, connection)
            try connection.run("XGROUP CREATE caracal.keys.invalidate idle 0")
            let report = try trim(connection)
            #expect(report.plan.minID == nil)
            #expect(report.plan.slowest?.name == Array("idle".utf8))
            #expect(report.plan.slowest?.floor == EntryID(milliseconds: 1, sequence: 0), "an entry that is there")
            #expect(try connection.run("XLEN caracal.keys.invalidate").root.integer == 300)
        }
    }

    @Test func allThatIsReadGoesAndTheStreamStays() throws {
        try withServer { server in
            let connection = try server.connect()
            try fill(connection, 300)
            try read(300, connection)
            let report = try trim(connection)
            #expect(report.plan.removes == .exact(300))
            #expect(report.removed == 300)
            #expect(report.length == 0)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func toTheBoundLeavesAsManyAsTheBound(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try fill(connection, 10_321)
            #expect(try trim(connection, toBound: true).plan.minID == nil, "nothing is acknowledged")
            try read(200, connection)
            #expect(try trim(connection, toBound: true).length == 10_121, "the group holds the rest")
            try read(10_000, connection)
            let report = try trim(connection, toBound: true)
            #expect(report.plan.removes == .exact(121))
            #expect(report.removed == 121)
            #expect(report.length == 10_000)
            #expect(try trim(connection, toBound: true).plan.minID == nil)
        }
    }

    @Test func notEvenTheBoundIsReasonEnoughForAnUnacknowledgedEntry() throws {
        try withServer { server in
            let connection = try server.connect()
            try fill(connection, 10_300)
            try read(150, connection)
            try read(1, connection, acknowledges: false)
            try read(300, connection)
            let report = try trim(connection, toBound: true)
            #expect(report.removed == 150)
            #expect(report.plan.removes == .exact(150))
            #expect(report.plan.minID == EntryID(milliseconds: 151, sequence: 0))
            #expect(try connection.run("XRANGE caracal.keys.invalidate 151-0 151-0").root.elements.count == 1)
        }
    }

    /// What is deleted while it is pending goes on holding its group back: the plan ends at it, as each step does.
    @Test(arguments: RedisBinary.allCases)
    func toTheBoundEndsAtADeletedEntryThatIsPending(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            let key = "caracal.providers.ratelimit"
            for number in 1...3 { try connection.run("XADD \(key) \(number)-0 n v") }
            try connection.run("XGROUP CREATE \(key) g 0")
            try connection.run("XREADGROUP GROUP g c COUNT 3 STREAMS \(key) >")
            try connection.run("XACK \(key) g 1-0")
            try connection.run("XDEL \(key) 2-0")
            let trim = Trim(stream: StreamTable["providers.ratelimit"], staysAtBound: true)
            let plan = try trim.plan(on: connection).get()
            #expect(plan.minID == EntryID(milliseconds: 2, sequence: 0))
            #expect(plan.removes == .exact(1))
            let report = trim.apply(plan, on: ReconnectingChannel(connection))
            #expect(report.removed == 1 && report.isDone && report.ending == nil)
            #expect(try connection.run("XLEN \(key)").root.integer == 1)
        }
    }

    @Test func forceSaysWhatEachGroupLoses() throws {
        try withServer { server in
            let connection = try server.connect()
            try fill(connection, 10_300)
            try connection.run("XGROUP CREATE caracal.keys.invalidate other 0")
            try read(200, connection, group: "other", acknowledges: false)
            // The last one of these is the first that stays.
            try read(301, connection, acknowledges: false)
            // These are lost already.
            try connection.run("XDEL caracal.keys.invalidate 5-0 6-0")
            let trim = Trim(stream: Self.stream, isForced: true)
            let plan = try trim.plan(on: connection).get()
            #expect(plan.removes == .exact(298))
            #expect(plan.groups.map(\.undelivered) == [.exact(100), .exact(0)])
            #expect(plan.groups.map(\.unacknowledged) == [198, 298])
            #expect(
                plan.findings.map(\.message) == [
                    "other loses 100 entries it was never given and 198 it has not acknowledged",
                    "sts-keys loses 0 entries it was never given and 298 it has not acknowledged",
                ]
            )
            #expect(try self.trim(connection, force: true).length == 10_000)
        }
    }

    @Test func whatNothingSpeaksForIsRefused() throws {
        try withServer { server in
            let connection = try server.connect()
            try provision(connection)
            let limits = StreamTable["providers.ratelimit"]
            let agents = StreamTable["agents.lifecycle"]
            #expect(try Trim(stream: limits).plan(on: connection) == .failure(.noGroups(limits)))
            #expect(try Trim(stream: agents, staysAtBound: true).plan(on: connection) == .failure(.noBound(agents)))
            try connection.run("DEL caracal.keys.invalidate")
            #expect(try Trim(stream: Self.stream).plan(on: connection) == .failure(.missing(Self.stream)))
            try connection.run("SET caracal.keys.invalidate x")
            #expect(
                try Trim(stream: Self.stream).plan(on: connection)
                    == .failure(.otherType(Self.stream, .known("string")))
            )
        }
    }

    @Test func stepsAreSmallEnoughForAServerAtWork() throws {
        try withServer { server in
            let connection = try server.connect()
            try fill(connection, 25_050)
            try read(25_050, connection)
            try connection.run("CONFIG RESETSTAT")
            #expect(try trim(connection).removed == 25_050)
            #expect(try connection.commandCounts()["xtrim"] == 3)
        }
    }
}
