import Caracal
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

struct CheckTests {
    @Test(arguments: RedisBinary.allCases)
    func aHealthyBusIsInOrderAfterTwoRoundTrips(binary: RedisBinary) throws {
        try withServer(binary, extra: ["maxmemory 100mb"]) { server in
            let connection = try server.connect()
            try provision(connection)
            try connection.run("XADD caracal.audit.events * data {}")
            try connection.run("XREADGROUP GROUP audit-ingestor c1 STREAMS caracal.audit.events >")
            let before = connection.roundTrips
            let report = try Check().run(on: connection)
            #expect(connection.roundTrips - before == 2)
            _ = try Check(keys: CheckSupport.keys, requiresSignatures: false).run(on: connection)
            #expect(connection.roundTrips - before == 4, "signatures are looked at along with the groups")
            #expect(report.state == .ok)
            #expect(report.faults == [])
            let counted = [
                "audit-ingestor", "opa-engine", "sts-revocation", "resource-revocation", "sts-keys",
                "coordinator-relay",
            ]
            let lags = report.measures.filter { $0.figure == .lag }
            #expect(lags.map { $0.group?.readable } == counted)
            #expect(lags.allSatisfy { $0.quantity == .exact(0) })
            #expect(report.measures.last?.maximum == 100 << 20)
        }
    }

    /// Their types are asked for together.
    @Test func keysForDeadLettersThatHoldNoStreamCostOneRoundTrip() throws {
        try withServer { server in
            let connection = try server.connect()
            try provision(connection)
            for stream in ["sessions.revoke", "keys.invalidate", "policy.invalidate"] {
                try connection.run("SET caracal.\(stream).dead text")
            }
            let before = connection.roundTrips
            let report = try Check().run(on: connection)
            #expect(connection.roundTrips - before == 2)
            let keys = report.faults.compactMap { fault in
                if case .stream(.otherType(let stream, let type)) = fault {
                    "\(stream.name) \(type)"
                } else {
                    nil as String?
                }
            }
            #expect(keys.count == 3 && Set(keys).count == 3, "\(keys)")
        }
    }

    @Test func theThresholdsDecide() throws {
        try withServer { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 7)
            try Stuck.deliver(3, to: "c1", connection)
            try Stuck.age(2, of: "c1", idle: 90_000, deliveries: 2, connection)
            try connection.run("XADD caracal.audit.events.dlq * reason x")
            try connection.run("XADD caracal.sessions.revoke.dead * reason x")
            func state(_ change: (inout CheckLimits) -> Void) throws -> [CheckMeasure.Figure: CheckState] {
                var limits = CheckLimits(deadLetters: .off)
                change(&limits)
                let report = try Check(limits: limits).run(on: connection)
                let bad = report.measures.filter { $0.state != .ok }
                return Dictionary(bad.map { ($0.figure, $0.state) }) { $0.orWorse($1) }
            }
            #expect(try state { _ in } == [:])
            #expect(try state { $0.lag = Threshold(warning: 3, critical: 4) } == [.lag: .warning])
            #expect(try state { $0.lag = Threshold(warning: 2, critical: 3) } == [.lag: .critical])
            #expect(try state { $0.pending = Threshold(warning: nil, critical: 2) } == [.pending: .critical])
            #expect(try state { $0.oldest = Threshold(warning: 89_999, critical: 900_000) } == [.oldest: .warning])
            #expect(try state { $0.oldest = Threshold(warning: 1, critical: 90_000) } == [.oldest: .critical])
            #expect(try state { $0.deadLetters = Threshold(warning: 0, critical: 1) } == [.deadLetters: .warning])
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aLagThatTheServerDoesNotTellIsCountedAsFarAsItMatters(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 450)
            // A group in the middle, whose lag no version knows.
            try connection.run("XGROUP SETID caracal.audit.events audit-ingestor 100-0")
            func lag(_ warning: UInt64?, _ critical: UInt64?) throws -> CheckMeasure? {
                let limits = CheckLimits(lag: Threshold(warning: warning, critical: critical))
                return try Check(limits: limits).run(on: connection).measures.first
            }
            #expect(try lag(349, 350)?.state == .warning)
            #expect(try lag(349, 350)?.quantity == .exact(350))
            #expect(try lag(350, 351)?.state == .ok)
            #expect(try lag(1, 349)?.state == .critical)
            #expect(try lag(5, 10)?.quantity == .atLeast(100), "what is settled is not counted on")
        }
    }

    /// The page behind the one that settles it is already asked for: its reply must not be taken for another one.
    @Test func aCountThatEndsEarlyLeavesNoReplyBehind() throws {
        try withServer { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 3_000)
            try connection.run("XGROUP SETID caracal.audit.events audit-ingestor 100-0")
            let limits = CheckLimits(lag: Threshold(warning: nil, critical: 200))
            let report = try Check(limits: limits).run(on: connection)
            #expect(report.measures.first?.state == .critical)
            #expect(try connection.run("PING").root.text.map { Array($0) } == Array("PONG".utf8))
        }
    }

    @Test func theOldestIsFoundBehindManyYoungerOnes() throws {
        try withServer { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 300)
            try Stuck.deliver(300, to: "c1", connection)
            try Stuck.age(299, of: "c1", idle: 3_600_000, deliveries: 1, connection)
            let report = try Check().run(on: connection)
            let oldest = try #require(report.measures.first { $0.figure == .oldest })
            #expect(oldest.state == .critical)
        }
    }

    @Test func groupsWithoutAPublicServiceCountOnceTheyHaveAConsumer() throws {
        try withServer { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 3)
            try connection.run("XGROUP DESTROY caracal.delegations.invalidate delegations-observer")
            let strict = CheckLimits(lag: Threshold(warning: nil, critical: 2))
            func late() throws -> [String?] {
                let report = try Check(limits: strict).run(on: connection)
                #expect(report.faults == [], "nobody misses a group that nobody reads through")
                return report.measures.filter { $0.state == .critical }.map { $0.group?.readable }
            }
            #expect(try late() == ["audit-ingestor"])
            try connection.run("XGROUP CREATECONSUMER caracal.audit.events siem-export c1")
            #expect(try late() == ["audit-ingestor", "siem-export"])
        }
    }

    @Test func whatIsMissingOrWasLostIsCritical() throws {
        try withServer { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 10)
            try Stuck.deliver(2, to: "c1", connection)
            let stream = StreamTable["audit.events"]
            try connection.run("XTRIM caracal.audit.events MAXLEN 8")
            #expect(try Check().run(on: connection).faults == [])
            try connection.run("XTRIM caracal.audit.events MAXLEN 7")
            #expect(try Check().run(on: connection).faults == [.lost(stream, group: Stuck.group, .reported(1))])
            try connection.run("XTRIM caracal.audit.events MAXLEN 4")
            let lost = try Check().run(on: connection)
            #expect(lost.faults == [.lost(stream, group: Stuck.group, .reported(4))])
            #expect(lost.state == .critical)

            try connection.run("DEL caracal.keys.invalidate")
            try connection.run("DEL caracal.agents.lifecycle")
            try connection.run("SET caracal.agents.lifecycle 1")
            try connection.run("XGROUP DESTROY caracal.policy.invalidate opa-engine")
            let report = try Check().run(on: connection)
            #expect(report.state == .critical)
            #expect(report.faults.filter { $0.state == .critical }.count == 4)
        }
    }

    @Test func whatTheServerWillNotSayIsUnknown() throws {
        let user = "user default on nopass ~caracal.audit.* ~caracal.k* +@all -info -config"
        try withServer(extra: ["maxmemory 100mb", user]) { server in
            let connection = try server.connect()
            try connection.run("XGROUP CREATE caracal.audit.events audit-ingestor $ MKSTREAM")
            let report = try Check(streams: [StreamTable["audit.events"], StreamTable["policy.invalidate"]]).run(
                on: connection
            )
            #expect(report.state == .unknown)
            #expect(report.measures.last?.state == .unknown)
            #expect(report.measures.last?.quantity == .unknown)
            #expect(report.faults.count == 1)
            #expect(report.faults.first?.state == .unknown)
            let dead = report.measures.filter { $0.figure == .deadLetters }
            #expect(dead.map(\.quantity) == [.exact(0), .unknown])
        }
    }

    /// An entry that waits is old, and nobody reads; nothing waits for a group that has read all there is.
    @Test(arguments: RedisBinary.allCases)
    func entriesThatWaitForAReaderThatIsSilentAreJudgedLikePendingOnes(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try provision(connection)
            let stream = StreamTable["keys.invalidate"]
            let group = Array("sts-keys".utf8)
            let now = try #require(try connection.ask(ServerTime()).value)
            try connection.run("XADD caracal.keys.invalidate \(now - 600_000)-0 zone_id z")
            func silent(_ limits: CheckLimits = CheckLimits()) throws -> CheckProblem? {
                // Before Redis 7 nothing tells whether entries were removed ahead of a group that was given none.
                let faults = try Check(limits: limits).run(on: connection).faults.filter {
                    if case .lost(_, _, .possible) = $0 { binary != .v6_2 } else { true }
                }
                #expect(faults.count <= 1)
                return faults.first
            }
            guard case .silentReader(stream, group, let reader, .warning)? = try silent() else {
                Issue.record("nobody reads, and that is not said")
                return
            }
            #expect(reader.silence >= 600_000 && reader.silence < 900_000)
            #expect(reader.waiting == .exact(1))
            #expect(reader.consumers == 0)
            #expect(try silent(CheckLimits(oldest: .off)) == nil)
            let strict = CheckLimits(oldest: Threshold(warning: nil, critical: 599_999))
            #expect(try silent(strict)?.state == .critical)
            // A reader that was heard of just now is not silent, however old what it was given is.
            try connection.run("XREADGROUP GROUP sts-keys c1 STREAMS caracal.keys.invalidate >")
            try connection.run("XADD caracal.keys.invalidate \(now - 500_000)-0 zone_id z")
            #expect(try silent() == nil)
        }
    }

    @Test func memoryIsJudgedAgainstItsLimitAndNotWithoutOne() throws {
        try withServer { server in
            let connection = try server.connect()
            try provision(connection)
            let limits = CheckLimits(memory: Threshold(warning: 0, critical: nil))
            #expect(try Check(limits: limits).run(on: connection).measures.last?.state == .ok)
            try connection.run("CONFIG SET maxmemory 1gb")
            let memory = try Check(limits: limits).run(on: connection).measures.last
            #expect(memory?.state == .warning)
            #expect(memory?.maximum == 1 << 30)
        }
    }

    @Test func lookingTouchesNothing() throws {
        try withServer { server in
            let connection = try server.connect()
            try Stuck.fill(connection, count: 200)
            try Stuck.deliver(150, to: "c1", connection)
            try connection.run("XGROUP SETID caracal.audit.events siem-export 20-0")
            let before = try Stuck.fingerprint(connection)
            _ = try Check(limits: CheckLimits(lag: Threshold(warning: 1, critical: 1000))).run(on: connection)
            #expect(try Stuck.fingerprint(connection) == before)
        }
    }

    @Test func theEndOfEverythingCapsEveryWait() throws {
        let welcome = "%1\r\n$7\r\nversion\r\n$5\r\n8.2.3\r\n+OK\r\n+OK\r\n"
        let peer = try ScriptedPeer([[.expectCommands(3), .send(welcome), .silent]])
        let end = Deadline.after(.milliseconds(200))
        let connection = try peer.connect(end: end)
        #expect(throws: RedisError.self) { try Check().run(on: connection) }
        #expect(end.hasPassed)
    }
}
