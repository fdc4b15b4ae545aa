import RedisSandbox
import TestSupport
import Testing

/// What only reads goes on at the new master.
@Suite struct ReadFailoverTests {
    /// The middle of a long walk: the former master is gone after some pages, and the Sentinel names another server.
    @Test func aCheckOfSignaturesGoesOnFromTheLastEntry() throws {
        try withServer(.v7_0) { former in
            try withServer(.v7_0) { next in
                for server in [former, next] {
                    for number in 1...2_000 {
                        try server.send("XADD caracal.keys.invalidate \(number)-0 zone_id z kid k\(number)")
                    }
                }
                let proxy = try FaultProxy(former, [Fault(.toClient, after: .messages(5), .reset)])
                let sentinel = try SentinelAnswerTests.sentinel(
                    SentinelAnswerTests.address(proxy.port),
                    SentinelAnswerTests.address(next.port)
                )
                let result = try CommandRunner(environment: ["STREAMS_HMAC_KEY": String(repeating: "77", count: 32)])
                    .run([
                        "verify-sig", "keys.invalidate", "-o", "json", "--sentinel", "127.0.0.1:\(sentinel.port)",
                        "--master-name", "bus",
                    ])
                #expect(result.status == 1)
                #expect(result.stdout.contains("\"entries\": 2000"))
                #expect(result.stdout.contains("\"address\": \"127.0.0.1:\(next.port ?? 0)\""))
                #expect(
                    result.stderr.hasPrefix(
                        "{\"note\":{\"code\":\"waiting\",\"message\":\"127.0.0.1:\(proxy.port) closed the connection in the middle of a command"
                    )
                )
            }
        }
    }

    @Test func lengthsAreAskedAgain() throws {
        try withServer(.v7_0) { former in
            try withServer(.v7_0) { next in
                try next.send("XADD caracal.keys.invalidate 1-0 zone_id z kid k")
                let proxy = try FaultProxy(former, [Fault(.toClient, after: .messages(3), .cut)])
                let sentinel = try SentinelAnswerTests.sentinel(
                    SentinelAnswerTests.address(proxy.port),
                    SentinelAnswerTests.address(next.port)
                )
                expect(
                    try run(
                        "xlen",
                        "keys.invalidate",
                        "--raw",
                        "--sentinel",
                        "127.0.0.1:\(sentinel.port)",
                        "--master-name",
                        "bus"
                    ),
                    status: 0,
                    stdout: "1\n",
                    stderr:
                        "caracalctl: note: 127.0.0.1:\(proxy.port) closed the connection in the middle of a command; "
                        + "trying again\n"
                )
            }
        }
    }

    @Test func aWriteThatWasTypedIsNotSentAgain() throws {
        try withServer(.v7_0) { former in
            try withServer(.v7_0) { next in
                // The replies to the greeting and to COMMAND INFO, and not the one to the write.
                let proxy = try FaultProxy(former, [Fault(.toClient, after: .messages(5), .swallowThenCut)])
                let sentinel = try SentinelAnswerTests.sentinel(
                    SentinelAnswerTests.address(proxy.port),
                    SentinelAnswerTests.address(next.port)
                )
                let place = ["--sentinel", "127.0.0.1:\(sentinel.port)", "--master-name", "bus"]
                let result = try CommandRunner().run(["raw"] + place + ["--yes", "INCR", "n"])
                #expect(result.status == 74)
                #expect(result.stderr.hasSuffix("; what had been sent may or may not have been carried out\n"))
                #expect(try former.keyCount() == 1)
                #expect(try next.keyCount() == 0)
            }
        }
    }

    @Test func whereTheServerIsNamedALostConnectionEndsIt() throws {
        try withServer(.v7_0) { server in
            let proxy = try FaultProxy(server, [Fault(.toClient, after: .messages(3), .cut)])
            expect(
                try run("xlen", "--url", proxy.url),
                status: 69,
                stderr: "caracalctl: 127.0.0.1:\(proxy.port) closed the connection in the middle of a command\n"
            )
        }
    }
}
