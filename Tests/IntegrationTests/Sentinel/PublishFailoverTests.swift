import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// What `publish` says of a failover is so.
@Suite struct PublishFailoverTests {
    private static let stream = "caracal.keys.invalidate"

    private static func lines(_ range: ClosedRange<Int>) -> String {
        range.map { "{\"zone_id\":\"z\",\"kid\":\"k\",\"outbox_id\":\"m-\($0)\"}\n" }.joined()
    }

    @Test func whatReplicasConfirmedOutlivesTheMaster() throws {
        let group = try WatchedMaster()
        defer { group.stop() }
        let master = group.servers[0]
        try master.send("XADD \(Self.stream) 1-1 zone_id z")
        let runner = CommandRunner(timeout: .seconds(120))
        let command = try runner.start([
            "publish", "keys.invalidate", "--unsigned", "--no-schema", "--ndjson", "-", "-o", "ndjson",
            "--wait-replicas", "2", "--timeout", "60s", "--connect-timeout", "60s", "--sentinel", group.list,
            "--master-name", "mymaster",
        ])
        command.type(Self.lines(1...500))
        try command.waitForOutput("\"line\":500,")
        try group.killMaster()
        let next = try group.waitForFailover()
        command.type(Self.lines(501...1_000))
        command.closeInput()
        let result = try command.finish()
        let found = try next.outboxIDs(of: Self.stream)
        #expect(found == (1...1_000).map { "m-\($0)" })
        // The third server is gone for good: one replica is left of the two that were asked for.
        #expect(result.status == 1, "\(result.stderr)")
        #expect(result.stderr.contains("not_replicated"))
    }

    @Test func withoutReplicasNothingIsSent() throws {
        try withServer(.v7_0) { server in
            try server.send("XADD \(Self.stream) 1-1 zone_id z")
            expect(
                try server.run(
                    "publish",
                    "keys.invalidate",
                    "--unsigned",
                    "zone_id=z",
                    "kid=k",
                    "--wait-replicas",
                    "1"
                ),
                status: 75,
                stderr:
                    "caracalctl: 127.0.0.1:\(server.port ?? 0) has 0 of the 1 replicas that --wait-replicas asks for; "
                    + "nothing was sent\n"
            )
            #expect(try server.send("XLEN \(Self.stream)")[0].root.integer == 1)
        }
    }

    /// How many replies come before the one to WAIT: those to three messages are the last of them. With Sentinels the replicas
    /// are counted first.
    private static func lostWait(watched: Bool) -> Fault {
        Fault(.toClient, after: .messages(10 + (watched ? 1 : 0) + 3), .swallowThenCut)
    }

    /// A master with a replica that has all its entries, one so far.
    private func withReplica(_ body: (SandboxServer) throws -> Void) throws {
        try withServer(.v7_0, extra: ["repl-diskless-sync-delay 0"]) { master in
            try withServer(.v7_0, extra: ["replicaof 127.0.0.1 \(master.port ?? 0)"]) { _ in
                let copies = try master.send("XADD \(Self.stream) 1-1 zone_id z", "WAIT 1 30000")
                #expect(copies[1].root.integer == 1)
                try body(master)
            }
        }
    }

    /// The master has answered for the messages, and is gone before its replica has confirmed them: they were not done yet.
    @Test func whatNoReplicaHasConfirmedIsSentToTheNewMaster() throws {
        try withReplica { former in
            try withReplica { next in
                let proxy = try FaultProxy(former, [Self.lostWait(watched: true)])
                let sentinel = try SentinelAnswerTests.sentinel(naming: proxy.port, times: 1, then: next.port)
                let command = try CommandRunner().start([
                    "publish", "keys.invalidate", "--unsigned", "--no-schema", "--ndjson", "-", "--wait-replicas", "1",
                    "--sentinel", "127.0.0.1:\(sentinel.port)", "--master-name", "bus",
                ])
                command.type(Self.lines(1...3))
                command.closeInput()
                let result = try command.finish()
                #expect(proxy.waitForFault())
                #expect(result.status == 0, "\(result.stderr)")
                for server in [former, next] {
                    #expect(try server.outboxIDs(of: Self.stream) == ["m-1", "m-2", "m-3"])
                }
            }
        }
    }

    /// The same server answers on: what is found there again has been confirmed once its replica has caught up.
    @Test func whatIsFoundAgainIsConfirmedByItsReplicaToo() throws {
        try withReplica { master in
            let proxy = try FaultProxy(master, [Self.lostWait(watched: false)])
            let command = try CommandRunner(environment: ["REDIS_URL": proxy.url]).start([
                "publish", "keys.invalidate", "--unsigned", "--no-schema", "--ndjson", "-", "--wait-replicas", "1",
            ])
            command.type(Self.lines(1...3))
            command.closeInput()
            let result = try command.finish()
            #expect(proxy.waitForFault())
            #expect(result.status == 0, "\(result.stderr)")
            #expect(try master.outboxIDs(of: Self.stream) == ["m-1", "m-2", "m-3"])
        }
    }

    /// Runs `publish` with 200 messages against a master that is replaced by another server.
    private func publish(by sentinel: ScriptedPeer) throws -> CommandResult {
        let command = try CommandRunner().start([
            "publish", "keys.invalidate", "--unsigned", "--no-schema", "--ndjson", "-", "--sentinel",
            "127.0.0.1:\(sentinel.port)", "--master-name", "bus",
        ])
        command.type(Self.lines(1...200))
        command.closeInput()
        return try command.finish()
    }

    private func withTwoServers(_ body: (SandboxServer, SandboxServer) throws -> Void) throws {
        try withServer(.v7_0) { former in
            try withServer(.v7_0) { next in
                for server in [former, next] { try server.send("XADD \(Self.stream) 1-1 zone_id z") }
                try body(former, next)
            }
        }
    }

    /// The new master has nothing of what the former one had acknowledged before it was lost: all of it is sent again.
    @Test func acknowledgedEntriesThatAreLostAreSentAgain() throws {
        try withTwoServers { former, next in
            let proxy = try FaultProxy(former, [Fault(.toClient, after: .messages(9 + 100), .reset)])
            let result = try publish(by: SentinelAnswerTests.sentinel(naming: proxy.port, times: 1, then: next.port))
            #expect(proxy.waitForFault())
            #expect(result.status == 0, "\(result.stderr)")
            #expect(result.stdout.hasPrefix("published 200 to keys.invalidate: "))
            #expect(try next.outboxIDs(of: Self.stream) == (1...200).map { "m-\($0)" })
        }
    }

    /// The former master answers for everything, and the Sentinels name another one when they are asked about that.
    @Test func whatAMasterAcknowledgedThatIsNoneAnyMoreIsSentToItsSuccessor() throws {
        try withTwoServers { former, next in
            let result = try publish(by: SentinelAnswerTests.sentinel(naming: former.port, times: 1, then: next.port))
            #expect(result.status == 0, "\(result.stderr)")
            #expect(result.stdout.hasPrefix("published 200 to keys.invalidate: "))
            #expect(
                result.stderr
                    == "caracalctl: note: 127.0.0.1:\(former.port ?? 0) is not the master any more: going on at "
                    + "127.0.0.1:\(next.port ?? 0)\ncaracalctl: warning: no group reads \(Self.stream)\n"
            )
            #expect(try former.outboxIDs(of: Self.stream).count == 200)
            #expect(try next.outboxIDs(of: Self.stream) == (1...200).map { "m-\($0)" })
        }
    }

    /// The new master ends before the place where the run began: it cannot be told what else is lost.
    @Test func aMasterThatLacksWhatWasThereBeforeLeavesADoubt() throws {
        try withTwoServers { former, next in
            try former.send("XADD \(Self.stream) 9-9 zone_id z")
            let result = try publish(by: SentinelAnswerTests.sentinel(naming: former.port, times: 1, then: next.port))
            #expect(result.status == 74)
            #expect(
                result.stderr.contains(
                    "it is unknown whether 200 messages arrived: the stream ends at 1-1, before 9-9, which"
                ),
                "\(result.stderr)"
            )
            #expect(result.stderr.contains(": --resume settles it only if the lost entries come back\n"))
            #expect(try next.outboxIDs(of: Self.stream) == [])
        }
    }

    @Test func withoutASentinelThatAnswersItIsSaid() throws {
        try withTwoServers { former, _ in
            let sentinel = try SentinelAnswerTests.sentinel(SentinelAnswerTests.address(former.port))
            let result = try publish(by: sentinel)
            #expect(result.status == 1)
            #expect(
                result.stderr.contains(
                    "200 messages were published, but no Sentinel could say whether the server still is the master: "
                ),
                "\(result.stderr)"
            )
            #expect(try former.outboxIDs(of: Self.stream).count == 200)
        }
    }
}
