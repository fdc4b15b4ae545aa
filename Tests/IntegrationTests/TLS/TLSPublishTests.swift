import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Publishing over TLS while connections are cut: every message arrives, and no message twice.
@Suite struct TLSPublishTests {
    private static let count = 3_000
    private static let messages = (0..<count).map {
        "{\"n\":\"\($0)\",\"pad\":\"\(String(repeating: "x", count: 100))\"}\n"
    }
    .joined()

    /// The bytes after which a connection is cut, one for each connection.
    static let cuts: [[Fault]] = [
        [Fault(.toServer, after: .bytes(100_000), .cut)],
        [Fault(.toServer, after: .bytes(250_001), .reset)],
        [Fault(.toClient, after: .bytes(10_000), .cut)],
        [Fault(.toClient, after: .bytes(30_003), .reset)],
        [Fault(.toClient, after: .bytes(20_000), .swallowThenCut)],
        [90_000, 120_001, 60_000].map { Fault(.toServer, after: .bytes($0), .cut) },
    ]

    @Test(arguments: cuts.indices)
    func everyMessageArrivesOnce(index: Int) throws {
        try withTLSServer { server in
            try server.send("XADD caracal.sessions.revoke 1-1 first 1")
            let proxy = try FaultProxy(server, Self.cuts[index])
            let runner = CommandRunner(
                environment: [
                    "REDIS_URL": "rediss://127.0.0.1:\(proxy.port)",
                    "CARACALCTL_CACERT": try TLSFiles.shared.file(.authority),
                ]
            )
            let arguments = ["publish", "sessions.revoke", "--ndjson", "-", "--unsigned", "--no-schema", "-q"]
            let result = try runner.run(arguments, input: Self.messages)
            #expect(result.status == 0, "\(result.stderr)")
            #expect(proxy.waitForFault(within: .zero), "the connection was never cut")
            let entries = try server.send("XRANGE caracal.sessions.revoke (1-1 +")[0].root.elements
            let numbers = entries.compactMap { $0[1]?[field: "n"]?.text.map { String(decoding: $0, as: UTF8.self) } }
            #expect(numbers.count == Self.count)
            #expect(Set(numbers).count == Self.count)
        }
    }
}
