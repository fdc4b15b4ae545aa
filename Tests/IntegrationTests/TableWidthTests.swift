import RedisSandbox
import Rendering
import TestSupport
import Testing

/// Every table on terminals of four widths, with the longest names that services give.
@Suite struct TableWidthTests {
    /// A group of a host whose name is as long as they get, and a consumer of the same name.
    private static let host =
        "gateway-revocation:" + String("gateway-7d9f8c6b5-x2k4q.eu-central-1.compute.internal.caracal.dev1".prefix(63))

    /// A command line, the heading that has to be there at every width, and its status.
    private static let tables: [(line: String, columns: [String], status: Int32)] = [
        ("xlen --dead", ["STREAM", "LENGTH"], 0), ("pending", ["STREAM", "GROUP", "PENDING", "LAG"], 0),
        ("pending --lost", ["STREAM", "GROUP", "PENDING", "LAG"], 0),
        ("pending sessions.revoke HOST", ["CONSUMER", "STATE", "PENDING"], 0),
        ("pending sessions.revoke HOST --all", ["ID", "CONSUMER", "ENTRY"], 0),
        ("memory", ["STREAM", "~BYTES"], 0), ("dlq", ["STREAM", "REASON", "COUNT"], 0),
        ("dlq ls", ["STREAM", "ID", "REASON"], 0), ("verify-sig --all", ["STREAM", "INVALID", "UNSIGNED"], 1),
        ("provision --check", ["STREAM", "GROUP", "RESULT"], 0), ("env", ["SETTING", "VALUE"], 0),
        ("ack sessions.revoke HOST 9-9 --yes", ["ID", "RESULT", "CONSUMER"], 1),
        ("claim sessions.revoke HOST 9-9 --to HOST --yes", ["ID", "RESULT", "CONSUMER"], 1),
        ("dlq redrive --dry-run", ["DEAD LETTERS"], 0), ("context show", [], 1),
        ("trim sessions.revoke --dry-run", [], 0),
        ("doctor --explain lag", [], 0),
    ]

    private static let streams = [
        "audit.events", "audit.events.dlq", "policy.invalidate", "sessions.revoke", "keys.invalidate",
        "agents.lifecycle", "invocations.lifecycle", "delegations.invalidate", "providers.ratelimit",
    ]

    private func withLongNames(_ body: (SandboxServer) throws -> Void) throws {
        try withServer { server in
            try DLQ.fill(server, 1)
            let connected = DLQ.connected(
                reason: "missing_revocation_anchor: no zone z-1 in the directory of this region"
            )
            try DLQ.add([connected], to: "caracal.delegations.invalidate.dead", on: server)
            try DLQ.add([DLQ.served()], to: DLQ.revocations, on: server)
            let stream = "caracal.sessions.revoke"
            try server.send(
                "XADD \(stream) 1767443990017-0 zone_id z-1",
                "XADD \(stream) 1767443990017-1234567 zone_id z-2",
                "XGROUP CREATE \(stream) \(Self.host) 0",
                "XREADGROUP GROUP \(Self.host) \(Self.host) COUNT 2 STREAMS \(stream) >"
            )
            try body(server)
        }
    }

    /// What standard output shows on a terminal; standard error is left out.
    private func show(
        _ line: String,
        _ columns: UInt16,
        on server: SandboxServer,
        _ environment: [String: String] = [:]
    ) throws -> (lines: [String], status: Int32) {
        var runner = DLQ.runner(server)
        runner.executable = "/bin/sh"
        runner.environment.merge(["NO_COLOR": "1"].merging(environment) { $1 }) { $1 }
        let words = line.split(separator: " ").map { $0 == "HOST" ? Self.host : String($0) }
        let result = try runner.startInTerminal(
            ["-c", "exec \"$0\" \"$@\" 2>/dev/null", CommandRunner.caracalctl] + words,
            columns: columns
        ).finish()
        return (result.stdout.split(whereSeparator: \.isNewline).map(String.init), result.status)
    }

    @Test(arguments: [60, 80, 120, 200] as [UInt16])
    func everyTableFitsTheTerminal(columns: UInt16) throws {
        let streams = Set(Self.streams.flatMap { [$0, $0 + ".dead"] } + ["STREAM"])
        try withLongNames { server in
            for (line, heading, status) in Self.tables {
                let (lines, ended) = try show(line, columns, on: server)
                #expect(ended == status, "\(line)")
                for text in lines {
                    // A name in a sentence is not cut.
                    let isName = !text.drop { $0 == " " }.contains(" ")
                    #expect(isName || DisplayWidth.of(text) <= columns, "\(line): \(text)")
                    for word in text.split(separator: " ") where word.contains("…") && line != "env" {
                        #expect(!word.hasPrefix("…") && !word.hasSuffix("…"), "\(line): \(text)")
                    }
                }
                let titles = lines.map { $0.split(separator: " ") }
                let needed = heading.joined(separator: " ").split(separator: " ")
                #expect(
                    heading.isEmpty || titles.contains { title in needed.allSatisfy { title.contains($0) } },
                    "\(line): \(lines)"
                )
                // At 80 columns no name of a stream is cut.
                guard columns >= 80, let first = lines.firstIndex(where: { $0.hasPrefix("STREAM ") }) else { continue }
                for text in lines[first...].prefix(while: {
                    line in !["AT ALL BOUNDS", "UNSIGNED", "DEAD LETTERS"].contains { line.hasPrefix($0) }
                })
                where !text.hasPrefix(" ") {
                    #expect(streams.contains(String(text.prefix { $0 != " " })), "\(line): \(text)")
                }
            }
        }
    }

    @Test(arguments: [
        ["TERM": "dumb"], ["TERM": ""], ["TERM": "no-such-terminal"], ["LANG": "xx_YY.broken", "LC_ALL": "nonsense"],
        ["LC_ALL": "C"],
    ])
    func aPoorTerminalChangesNoStatus(environment: [String: String]) throws {
        try withLongNames { server in
            for (line, _, status) in Self.tables {
                let (lines, ended) = try show(line, 20, on: server, environment)
                #expect(ended == status, "\(line): \(lines)")
            }
        }
    }

    /// What somebody forged is as long as they like: it takes no other row's room, and is whole where a program reads.
    @Test func aForgedNameWidensNoOtherRow() throws {
        let forged = String(repeating: "x", count: 5000)
        let stream = "caracal.keys.invalidate"
        try withLongNames { server in
            try withPostgres { postgres in
                let row = try postgres.insertRows(in: .api, .published, stream: stream)[0]
                try server.send(
                    "XADD \(stream) * outbox_id \(forged)",
                    "XGROUP CREATE \(stream) \(forged) 0",
                    "XREADGROUP GROUP \(forged) \(forged) COUNT 1 STREAMS \(stream) >",
                    "XADD caracal.audit.events.dlq * reason \(forged) src_id \(forged)"
                )
                let runner = CommandRunner(for: server, postgres)
                for (line, title) in [
                    ("outbox reconcile", "STATUS"), ("pending", "PENDING"),
                    ("pending keys.invalidate \(forged)", "STATE"),
                    ("pending keys.invalidate \(forged) --all", "ENTRY"), ("group ls", "PENDING"),
                    ("consumer ls", "PENDING"), ("dlq ls", "AGE"),
                ] {
                    let name = line.prefix(30)
                    let piped = try runner.run(line.split(separator: " ").map(String.init)).stdout.split(
                        separator: "\n"
                    )
                    #expect(piped.contains { $0.contains(forged) }, "\(name)")
                    for text in piped where !text.contains(forged) {
                        #expect(DisplayWidth.of(String(text)) < 700, "\(name): \(text)")
                    }
                    let (lines, _) = try show(line, 100, on: server, runner.environment)
                    #expect(lines.allSatisfy { DisplayWidth.of($0) <= 100 }, "\(name): \(lines)")
                    #expect(lines.contains { $0.contains("x…x") }, "\(name): \(lines)")
                    #expect(lines.contains { $0.split(separator: " ").contains(title[...]) }, "\(name): \(lines)")
                    if line == "outbox reconcile" { #expect(lines.contains { $0.contains(row) }, "\(lines)") }
                }
            }
        }
    }

    @Test func wideCutsNothing() throws {
        try withLongNames { server in
            let (lines, _) = try show("pending -o wide", 80, on: server)
            #expect(lines.contains { $0.contains(Self.host) })
            let titles = lines.first.map { $0.split(separator: " ").suffix(4) } ?? []
            #expect(titles == ["TRIES", "LOST", "HORIZON", "CONSUMERS"], "\(lines)")
        }
    }
}
