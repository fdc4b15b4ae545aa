import RedisSandbox
import TestSupport
import Testing

/// A long job says on a terminal how far it is, and takes that back. Redrive and verify-sig have tests of their own.
@Suite struct ProgressTests {
    /// What a terminal showed in turn, and the result.
    private func shown(
        _ server: SandboxServer,
        _ arguments: [String],
        url: String? = nil
    ) throws -> (lines: [Substring], result: CommandResult) {
        var runner = DLQ.runner(server, url: url)
        runner.environment["TERM"] = "xterm"
        let result = try runner.startInTerminal(arguments, columns: 120).finish()
        return (result.stdout.split(separator: "\r\u{1B}[K", omittingEmptySubsequences: false), result)
    }

    /// A server whose first reply behind the handshake comes late, so that what follows is worth a line.
    private func slow(_ server: SandboxServer) throws -> FaultProxy {
        try FaultProxy(server, [Fault(.toClient, after: .messages(3), .delay(.milliseconds(400)))])
    }

    @Test func publishTellsItsRateAndTheTimeLeft() throws {
        try withServer { server in
            try server.send("XADD caracal.keys.invalidate 1-1 f v")
            let folder = try TemporaryFolder()
            let lines = (0..<30).map { "{\"zone_id\":\"z-\($0)\"}\n" }.joined()
            let file = try folder.write("messages.ndjson", lines)
            let (shown, result) = try shown(server, ["publish", "keys.invalidate", "--ndjson", file, "--rate", "15"])
            #expect(result.status == 0)
            #expect(shown.contains { $0.hasPrefix("caracal.keys.invalidate: ") && $0.contains("/s") }, "\(shown)")
            #expect(shown.last?.hasPrefix("published 30 to keys.invalidate") == true, "\(shown)")
        }
    }

    @Test func exportTellsHowManyOfAll() throws {
        try withServer { server in
            try DLQ.fill(server, 40)
            let proxy = try slow(server)
            let folder = try TemporaryFolder()
            let (shown, result) = try shown(
                server,
                ["dlq", "export", "--to", folder.path + "/dead.ndjson"],
                url: proxy.url
            )
            #expect(result.status == 0)
            #expect(
                shown.contains { $0.hasPrefix("caracal.audit.events.dlq: ") && $0.contains(" of 40 (") },
                "\(shown)"
            )
            #expect(shown.last == "40 dead letters in \(folder.path)/dead.ndjson\r\n", "\(shown)")
        }
    }

    @Test func purgeTellsHowFarItHasCompared() throws {
        try withServer { server in
            // More than are compared in one round trip.
            try DLQ.fill(server, 300)
            let folder = try TemporaryFolder()
            let file = folder.path + "/dead.ndjson"
            #expect(try DLQ.run(server, "export", "--to", file).status == 0)
            let proxy = try slow(server)
            let (shown, result) = try shown(
                server,
                ["dlq", "purge", "--exported", file, "--yes"],
                url: proxy.url
            )
            #expect(result.status == 0)
            #expect(shown.contains { $0.hasPrefix("\(file): ") }, "\(shown)")
            #expect(shown.last?.contains("removed 300 dead letters") == true, "\(shown)")
        }
    }

    @Test func memoryTellsHowLongItWatches() throws {
        try withServer { server in
            _ = try server.run("provision", "-q")
            let (shown, result) = try shown(server, ["memory", "--rate", "3s"])
            #expect(result.status != 69)
            #expect(shown.contains { $0.hasPrefix("watching growth: ") && $0.contains(" of 3s, ") }, "\(shown)")
            #expect(shown.last?.contains("left") == false, "\(shown)")
        }
    }
}
