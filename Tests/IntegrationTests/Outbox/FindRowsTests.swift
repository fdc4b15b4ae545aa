import RESP
import RedisSandbox
import TestSupport
import Testing

/// The rows that found entries began as.
@Suite struct FindRowsTests {
    private static let stream = "caracal.sessions.revoke"

    /// A row of each table that was published, an entry of each, and one entry that has none.
    private func withEntries(
        _ body: (CommandRunner, SandboxServer, PostgresServer, _ api: String, _ coordinator: String) throws -> Void
    ) throws {
        try withServer { server in
            try withPostgres { postgres in
                let api = try postgres.insertRows(in: .api, .published, secondsAgo: 60)[0]
                let coordinator = try postgres.insertRows(in: .coordinator, .dead(), secondsAgo: 50)[0]
                try server.send(
                    "XADD \(Self.stream) 1-0 outbox_id \(api) zone_id z",
                    "XADD \(Self.stream) 2-0 zone_id z",
                    "XADD \(Self.stream) 3-0 outbox_id \(coordinator) zone_id z",
                    "XADD \(Self.stream) 4-0 outbox_id nobody zone_id other"
                )
                try body(CommandRunner(for: server, postgres), server, postgres, api, coordinator)
            }
        }
    }

    /// Each line's id and what it has of the row, but for its times.
    private func rows(_ result: CommandResult) throws -> [String] {
        try JSONNode.lines(result.stdout).map { line in
            let text = { (node: JSONNode?) in if case .string(let text)? = node { text } else { "" } }
            guard let row = line["outbox"], row != .null else { return "\(text(line["id"])) null" }
            let parts = ["outbox", "id", "state"].map { text(row[$0]) }.joined(separator: " ")
            return "\(text(line["id"])) \(parts) \(text(row["created_at"]).isEmpty ? "" : "made")"
        }
    }

    @Test func eachMatchHasItsRow() throws {
        try withEntries { runner, server, _, api, coordinator in
            let lines = ["1-0 api \(api) published made", "2-0 null", "3-0 coordinator \(coordinator) dead made"]
            let find = ["find", "sessions.revoke", "--where", "zone_id=z", "-o"]
            #expect(try rows(runner.run(find + ["ndjson"])) == lines)
            let document = try runner.run(find + ["json"])
            #expect(document.status == 0)
            for words in ["\"id\": \"\(api)\"", "\"state\": \"dead\"", "\"outbox\": null"] {
                #expect(document.stdout.contains(words), "\(document.stdout)")
            }
            // Without a database nothing is known of rows, and a table has no place for them.
            let alone = try CommandRunner(for: server).run(find + ["ndjson"])
            #expect(try rows(alone) == ["1-0 null", "2-0 null", "3-0 null"])
            let table = try runner.run(["find", "sessions.revoke", "--trace"])
            #expect(!table.stderr.contains("SELECT"), "\(table.stderr)")
        }
    }

    /// Whatever is read to find them: two statements, one for each table, for all matches of a page.
    @Test func onlyTheRowsOfMatchesAreAskedForAndTogether() throws {
        try withEntries { runner, server, _, _, _ in
            try server.send((5...400).map { "XADD \(Self.stream) \($0)-0 outbox_id x\($0) zone_id other" })
            let lines = try runner.run(["find", "sessions.revoke", "--where", "zone_id=z", "-o", "ndjson", "--trace"])
            let asked = lines.stderr.split(separator: "\n").filter { $0.contains("_outbox WHERE") }
            #expect(asked.count == 2, "\(lines.stderr)")
            let none = try runner.run(["find", "sessions.revoke", "--where", "zone_id=q", "-o", "ndjson", "--trace"])
            #expect(!none.stderr.contains("SELECT"), "\(none.stderr)")
        }
    }

    @Test func inADeadLetterItIsTheRowOfTheMessageInside() throws {
        try withEntries { runner, server, _, api, _ in
            try server.send(
                "XADD \(Self.stream).dead 9-0 original_id 1-0 error no_anchor values {\"outbox_id\":\"\(api)\"}"
            )
            let result = try runner.run(["find", "sessions.revoke.dead", "-o", "ndjson"])
            #expect(try rows(result) == ["9-0 api \(api) published made"])
        }
    }

    /// It is told of once; what was found is shown all the same.
    @Test func aDatabaseThatCannotBeAskedKeepsNobodyFromSearching() throws {
        try withEntries { runner, _, postgres, api, _ in
            var runner = runner
            let find = ["find", "sessions.revoke", "--where", "zone_id=z", "-o", "ndjson"]
            runner.environment["DATABASE_URL"] = postgres.url(role: "caracalsts")
            let refused = try runner.run(find)
            #expect(refused.status == 0)
            #expect(try rows(refused) == ["1-0 null", "2-0 null", "3-0 null"])
            #expect(
                refused.stderr.contains("the role may not read event_outbox (the API's outbox)")
                    && refused.stderr.contains("the role may not read caracal_outbox (the Coordinator's outbox)"),
                "\(refused.stderr)"
            )
            runner.environment["DATABASE_URL"] = "postgres://u@127.0.0.1:1/x"
            let away = try runner.run(find)
            #expect(away.status == 0)
            #expect(try rows(away) == ["1-0 null", "2-0 null", "3-0 null"])
            let warnings = away.stderr.split(separator: "\n")
            #expect(warnings.count == 1, "\(away.stderr)")
            #expect(away.stderr.contains("the rows of these messages are not known: "), "\(away.stderr)")
            runner.environment["DATABASE_URL"] = "mysql://x"
            #expect(try runner.run(find).status == 78)
            // Nobody asks for rows in a table.
            #expect(try runner.run(["find", "sessions.revoke"]).status == 0)
        }
    }

    /// What it prints goes back in.
    @Test func aLineWithARowIsReadAgain() throws {
        try withEntries { runner, _, _, _, _ in
            let lines = try runner.run(["find", "sessions.revoke", "-n", "1", "-o", "ndjson"]).stdout
            var signer = runner
            signer.environment["STREAMS_HMAC_KEY"] = String(repeating: "22", count: 32)
            let checked = try signer.run(["verify-sig", "--offline", "-"], input: lines)
            #expect(checked.status == 1)
            #expect(checked.stdout.contains("sessions.revoke  -             1"), "\(checked)")
        }
    }
}
