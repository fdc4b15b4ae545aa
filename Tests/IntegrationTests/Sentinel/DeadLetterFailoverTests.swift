import RESP
import RedisSandbox
import TestSupport
import Testing

/// What `dlq redrive` and `dlq purge` say of a failover is so.
@Suite struct DeadLetterFailoverTests {
    private static func options(_ sentinel: ScriptedPeer) -> [String] {
        ["--sentinel", "127.0.0.1:\(sentinel.port)", "--master-name", "bus"]
    }

    private static func runner(_ server: SandboxServer) -> CommandRunner {
        var runner = DLQ.runner(server)
        runner.environment["REDIS_URL"] = nil
        runner.timeout = .seconds(120)
        return runner
    }

    /// Two servers with the same dead letters.
    private func withTwoServers(_ body: (SandboxServer, SandboxServer) throws -> Void) throws {
        try withServer(.v7_0) { former in
            try DLQ.fill(former, 600)
            try withServer(.v7_0, extra: ["replicaof 127.0.0.1 \(former.port ?? 0)"]) { next in
                try eventually("the replica has them") { try next.send("XLEN \(DLQ.audit)")[0].root.integer == 600 }
                try next.send("REPLICAOF NO ONE")
                try body(former, next)
            }
        }
    }

    @Test func whatAMasterMovedThatIsNoneAnyMoreIsMovedOnItsSuccessor() throws {
        try withTwoServers { former, next in
            let sentinel = try SentinelAnswerTests.sentinel(naming: former.port, times: 1, then: next.port)
            let result = try Self.runner(former).run(["dlq", "redrive", "--yes"] + Self.options(sentinel))
            #expect(result.status == 0, "\(result.stderr)")
            #expect(
                result.stdout.contains(
                    "audit.events.dlq  audit.events       600     0    600     0        0         0\n"
                ),
                "\(result.stdout)"
            )
            #expect(try DLQ.events(on: next) == ([], DLQ.names(0..<600)))
        }
    }

    @Test func whatAMasterPurgedThatIsNoneAnyMoreIsPurgedOnItsSuccessor() throws {
        try withTwoServers { former, next in
            let folder = try TemporaryFolder()
            let file = folder.path + "/dead.ndjson"
            let direct = ["--host", "127.0.0.1", "--port", "\(former.port ?? 0)"]
            #expect(try Self.runner(former).run(["dlq", "export", "--to", file] + direct).status == 0)
            let sentinel = try SentinelAnswerTests.sentinel(naming: former.port, times: 1, then: next.port)
            let result = try Self.runner(former).run(
                ["dlq", "purge", "--exported", file, "--yes"] + Self.options(sentinel)
            )
            #expect(result.status == 0, "\(result.stderr)")
            #expect(result.stdout.hasSuffix("\nand 580 more (-o json has all)\nremoved 600 dead letters\n"))
            #expect(try DLQ.events(on: next).dead == [])
        }
    }
}
