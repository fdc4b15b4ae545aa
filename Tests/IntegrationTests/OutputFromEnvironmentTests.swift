import RedisSandbox
import TestSupport
import Testing

/// A format is judged the same wherever it was chosen: by an option, the environment or a shell.
@Suite struct OutputFromEnvironmentTests {
    private static let key = String(repeating: "ab", count: 32)

    /// Lines that end by themselves in every format.
    private static let lines = [
        "provision --check", "provision --dry-run", "provision --emit-acl operator", "xlen", "xlen audit.events --raw",
        "pending", "pending audit.events audit-ingestor", "claim audit.events audit-ingestor 1-1 --to c --dry-run",
        "ack audit.events audit-ingestor 1-1 --dry-run", "trim audit.events --dry-run", "memory", "check",
        "check --outfile out.prom", "watch --count 1", "tail --no-follow", "verify-sig sessions.revoke",
        "verify-sig sessions.revoke --each", "dlq", "dlq ls", "dlq show 1-1", "dlq export", "dlq redrive --dry-run",
        "publish sessions.revoke zone_id=z session_id=s --dry-run", "doctor --explain maxmemory-policy", "context ls",
        "context show nosuch", "raw PING", "raw --dry-run PING", "xlen nosuch",
    ]

    private func runner(_ url: String, _ environment: [String: String] = [:]) -> CommandRunner {
        let own = ["REDIS_URL": url, "STREAMS_HMAC_KEY": Self.key, "AUDIT_HMAC_KEY": Self.key]
        return CommandRunner(environment: own.merging(environment) { $1 })
    }

    /// Where the option stands: behind the Redis command of raw it would be a part of that.
    private func words(_ line: String, _ format: String) -> [String] {
        let words = line.split(separator: " ").map(String.init)
        return Array(words.prefix(1)) + (words[0] == "context" ? [words[1]] : []) + ["-o", format]
            + words.dropFirst(words[0] == "context" ? 2 : 1)
    }

    @Test(arguments: ["table", "json", "ndjson", "prometheus"])
    func aVariableIsJudgedAsTheOptionIs(format: String) throws {
        try withServer { server in
            _ = try server.run("provision", "--quiet")
            for line in Self.lines {
                let words = line.split(separator: " ").map(String.init)
                let option = try runner(server.url).run(
                    words[0] == "dlq" ? words + ["-o", format] : self.words(line, format)
                )
                let variable = try runner(server.url, ["CARACALCTL_OUTPUT": format]).run(words)
                #expect(variable.status == option.status, "\(line)")
                #expect(variable.stdout.isEmpty == option.stdout.isEmpty, "\(line)")
                let cause = "CARACALCTL_OUTPUT is \(format), and "
                let said = variable.stderr.split(separator: cause, omittingEmptySubsequences: false).joined()
                #expect(said == option.stderr, "\(line)")
            }
        }
    }

    @Test(arguments: ["json", "ndjson", "prometheus"])
    func aShellsFormatIsJudgedAsTheOptionIs(format: String) throws {
        try withServer { server in
            _ = try server.run("provision", "--quiet")
            for line in Self.lines where !line.contains("--outfile") {
                let words = line.split(separator: " ").map(String.init)
                let option = try runner(server.url).run(
                    words[0] == "dlq" ? words + ["-o", format] : self.words(line, format)
                )
                let shell = try runner(server.url).run(["shell", "--keep-going", "-o", format], input: line + "\n")
                if format == "prometheus" {
                    #expect(shell.status == 64)
                    continue
                }
                #expect(shell.status == option.status, "\(line)")
                #expect(shell.stdout.isEmpty == option.stdout.isEmpty, "\(line)")
                let ending = "caracalctl: line 1 ended with status \(option.status)\n"
                #expect(shell.stderr == option.stderr + (option.status == 0 ? "" : ending), "\(line)")
            }
        }
    }

    @Test func aTailWithoutEndIsNoDocument() throws {
        let message = "-o json is one document, and tail has no end: say ndjson, or --no-follow"
        let error = #"{"error":{"status":64,"code":"usage","message":"#
        try withServer { server in
            expect(
                try runner(server.url).run(["tail", "-o", "json"]),
                status: 64,
                stderr: error + "\"\(message)\"}}\n"
            )
            expect(
                try runner(server.url, ["CARACALCTL_OUTPUT": "json"]).run(["tail"]),
                status: 64,
                stderr: error + "\"CARACALCTL_OUTPUT is json, and \(message)\"}}\n"
            )
            expect(
                try runner(server.url).run(["shell", "-o", "json"], input: "tail\n"),
                status: 64,
                stderr: error + "\"\(message)\"}}\ncaracalctl: line 1 ended with status 64: what follows was not run\n"
            )
        }
    }

    @Test func noPluginLineStandsAmongMetrics() throws {
        let dead = runner("unix:///nowhere/redis.sock", ["CARACALCTL_OUTPUT": "prometheus"])
        let result = try dead.run(["check"])
        #expect(result.status == 3)
        #expect(result.stdout.split(separator: "\n").allSatisfy { $0.hasPrefix("# ") || $0.hasPrefix("caracal_") })
        #expect(result.stdout.contains("caracal_up 0\n"))
        #expect(
            result.stderr
                == "caracalctl: cannot reach /nowhere/redis.sock: no such file or directory (check REDIS_URL)\n"
        )
    }

    @Test func aGroupsEntriesHaveNoMetricsWhoeverAsks() throws {
        let message = "entries have no metrics: leave the group out, or say table, json or ndjson"
        try withServer { server in
            let words = ["pending", "audit.events", "audit-ingestor"]
            expect(
                try runner(server.url).run(words + ["-o", "prometheus"]),
                status: 64,
                stderr: "caracalctl: \(message)\n"
            )
            expect(
                try runner(server.url, ["CARACALCTL_OUTPUT": "prometheus"]).run(words),
                status: 64,
                stderr: "caracalctl: CARACALCTL_OUTPUT is prometheus, and \(message)\n"
            )
        }
    }
}
