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
        group.killMaster()
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

    /// How many replies come before the one to WAIT: those to three messages are the last of them.
    private static let repliesBeforeWait = 7 + 3
    private static let lostWait = Fault(.toClient, after: .messages(repliesBeforeWait), .swallowThenCut)

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
                let proxy = try FaultProxy(former, [Self.lostWait])
                let sentinel = try SentinelAnswerTests.sentinel(
                    SentinelAnswerTests.address(proxy.port),
                    SentinelAnswerTests.address(next.port),
                    SentinelAnswerTests.address(next.port)
                )
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
            let proxy = try FaultProxy(master, [Self.lostWait])
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

    /// The new master ends before what the former one had acknowledged: nothing more is sent.
    @Test func acknowledgedEntriesThatAreLostAreSaid() throws {
        try withServer(.v7_0) { former in
            try withServer(.v7_0) { next in
                for server in [former, next] { try server.send("XADD \(Self.stream) 1-1 zone_id z") }
                let proxy = try FaultProxy(former, [Fault(.toClient, after: .messages(5 + 100), .reset)])
                let sentinel = try SentinelAnswerTests.sentinel(
                    SentinelAnswerTests.address(proxy.port),
                    SentinelAnswerTests.address(next.port),
                    SentinelAnswerTests.address(next.port)
                )
                let options = ["--sentinel", "127.0.0.1:\(sentinel.port)", "--master-name", "bus"]
                let command = try CommandRunner().start(
                    ["publish", "keys.invalidate", "--unsigned", "--no-schema", "--ndjson", "-"] + options
                )
                command.type(Self.lines(1...200))
                command.closeInput()
                let result = try command.finish()
                #expect(result.status == 74)
                #expect(
                    result.stderr.contains(
                        "it is unknown whether 100 messages arrived: the stream ends at 1-1, before "
                    )
                )
                let file = try Publish.resumeFile(command)
                #expect(
                    result.stderr.contains(
                        "what remains open is in \(file.split(separator: "/").last ?? ""): --resume settles it only if the lost "
                            + "entries come back\n"
                    )
                )
                let resumed = try CommandRunner().run(["publish", "--resume", file] + options)
                #expect(resumed.status == 74)
                #expect(try next.outboxIDs(of: Self.stream) == [])
            }
        }
    }
}
