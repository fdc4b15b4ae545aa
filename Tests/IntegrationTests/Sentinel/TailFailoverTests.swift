import Glibc
import RedisSandbox
import TestSupport
import Testing

/// Who follows streams goes on at the new master, however long the failover takes, and says what it has lost.
@Suite struct TailFailoverTests {
    private static func tail(_ sentinel: ScriptedPeer, _ options: String...) throws -> RunningCommand {
        try CommandRunner().start(
            ["tail", "keys.invalidate", "--sentinel", "127.0.0.1:\(sentinel.port)", "--master-name", "bus"] + options
        )
    }

    @Test func whatTheNewMasterHasLostIsSaidAndNotShownTwice() throws {
        try withServer(.v7_0) { former in
            try withServer(.v7_0) { next in
                for server in [former, next] {
                    try server.send("XADD caracal.keys.invalidate 1-0 n 1", "XADD caracal.keys.invalidate 2-0 n 2")
                }
                try former.send("XADD caracal.keys.invalidate 3-0 n 3")
                let proxy = try FaultProxy(former, [])
                let sentinel = try SentinelAnswerTests.sentinel(
                    SentinelAnswerTests.address(proxy.port),
                    SentinelAnswerTests.address(next.port)
                )
                let tail = try Self.tail(sentinel)
                try tail.waitForOutput("n=3\n")
                proxy.stop()
                try tail.waitForErrors("has lost its newest entries")
                try next.send("XADD caracal.keys.invalidate 3-0 n new")
                try tail.waitForOutput("n=new\n")
                tail.signal(SIGTERM)
                let result = try tail.finish()
                #expect(result.status == 143)
                #expect(result.stdout.split(separator: "\n").count { $0.contains("n=") } == 4)
                let lines = result.stderr.split(separator: "\n")
                #expect(lines.count == 3)
                #expect(lines[0].hasPrefix("caracalctl: warning: 127.0.0.1:\(proxy.port) closed the connection"))
                #expect(lines.contains("caracalctl: warning: connected to 127.0.0.1:\(next.port ?? 0) again"))
                #expect(
                    lines.contains(
                        "caracalctl: warning: caracal.keys.invalidate has lost its newest entries, which were shown: "
                            + "a failover does that, or somebody made the stream anew"
                    )
                )
            }
        }
    }

    /// So many answers take far longer than a reply may take.
    @Test func aFailoverMayTakeLongerThanAReply() throws {
        try withServer(.v7_0) { former in
            try withServer(.v7_0) { next in
                for server in [former, next] { try server.send("XADD caracal.keys.invalidate 1-0 n 1") }
                let proxy = try FaultProxy(former, [])
                let answers =
                    [UInt16](repeating: proxy.port, count: 40) + [UInt16](repeating: next.port ?? 0, count: 60)
                let sentinel = try ScriptedPeer(answers.map(SentinelAnswerTests.answering))
                let tail = try Self.tail(sentinel, "--timeout", "5s", "--connect-timeout", "5s")
                try tail.waitForOutput("n=1\n")
                proxy.stop()
                try tail.waitForErrors("connected to 127.0.0.1:\(next.port ?? 0) again")
                try next.send("XADD caracal.keys.invalidate 2-0 n 2")
                try tail.waitForOutput("n=2\n")
                tail.signal(SIGTERM)
                #expect(try tail.finish().status == 143)
            }
        }
    }

    @Test func aSentinelMayBeSilentForAWhile() throws {
        try withServer(.v7_0) { former in
            try withServer(.v7_0) { next in
                for server in [former, next] { try server.send("XADD caracal.keys.invalidate 1-0 n 1") }
                let proxy = try FaultProxy(former, [])
                let silent: [PeerStep] = [
                    .expectCommands(3), .send("%0\r\n+OK\r\n+OK\r\n"), .expectCommand, .silent,
                ]
                let answering = [[PeerStep]](repeating: SentinelAnswerTests.answering(next.port ?? 0), count: 60)
                let sentinel = try ScriptedPeer(
                    [SentinelAnswerTests.answering(proxy.port), silent, silent] + answering
                )
                let tail = try Self.tail(sentinel, "--timeout", "5s", "--connect-timeout", "5s")
                try tail.waitForOutput("n=1\n")
                proxy.stop()
                try tail.waitForErrors("connected to 127.0.0.1:\(next.port ?? 0) again")
                tail.signal(SIGTERM)
                #expect(try tail.finish().status == 143)
            }
        }
    }
}
