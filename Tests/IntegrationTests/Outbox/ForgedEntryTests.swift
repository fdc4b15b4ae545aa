import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// An entry with a bad signature that names a row: what is advised depends on whether the row says the same.
@Suite struct ForgedEntryTests {
    private static let key = String(repeating: "22", count: 32)
    private static let stream = "caracal.sessions.revoke"
    private static let contradiction = "; its row in caracal_outbox says something else: it was forged, or altered"

    /// Runs `body` with two rows that were published and signed, and their ids.
    private func withPublished(
        _ body: (CommandRunner, SandboxServer, PostgresServer, _ ids: [String]) throws -> Void
    ) throws {
        try withServer { server in
            try withPostgres { postgres in
                let ids = try postgres.insertRows(2, in: .coordinator, spacing: 1)
                let environment = ["STREAMS_HMAC_KEY": Self.key]
                #expect(
                    try RivalDispatcher.publishAll(.coordinator, from: postgres, to: server, environment: environment)
                        == 2
                )
                var runner = CommandRunner(for: server, postgres)
                runner.environment.merge(environment) { $1 }
                try body(runner, server, postgres, ids)
            }
        }
    }

    /// The entries, each with its id and its fields.
    private func entries(on server: SandboxServer) throws -> [(id: String, fields: [String])] {
        try server.send("XRANGE \(Self.stream) - +")[0].root.elements.map { entry in
            let words = entry[1]?.elements.map { String(decoding: $0.text ?? [], as: UTF8.self) } ?? []
            return (String(decoding: entry[0]?.text ?? [], as: UTF8.self), words)
        }
    }

    /// Adds an entry; returns its id.
    private func add(_ fields: [String], in stream: String = stream, to server: SandboxServer) throws -> String {
        let command = Command("XADD", arguments: ([stream, "*"] + fields).map { Array($0.utf8) })
        return String(decoding: try VerifySig.connect(server).send(command).root.text ?? [], as: UTF8.self)
    }

    @Test func anEntryThatSaysSomethingElseThanItsRowIsNotSigned() throws {
        try withPublished { runner, server, postgres, ids in
            try server.send("XDEL \(Self.stream) \(try entries(on: server)[0].id)")
            let forged = try add(
                ["outbox_id", ids[0], "zone_id", "z-evil", "_sig", String(repeating: "00", count: 32)],
                to: server
            )
            let trace = try runner.run(["trace", forged, "--stream", "sessions.revoke"])
            #expect(trace.status == 1)
            #expect(trace.stdout.contains(Self.contradiction), "\(trace.stdout)")
            #expect(trace.stdout.contains("caracalctl outbox requeue \(ids[0])"), "\(trace.stdout)")
            #expect(!trace.stdout.contains("--resign"), "\(trace.stdout)")
            let get = try runner.run(["get", "sessions.revoke", forged])
            #expect(get.stdout.contains(Self.contradiction), "\(get.stdout)")
            // As it is typed: the row is published again, and nothing that was forged is valid.
            #expect(try runner.run(["outbox", "requeue", ids[0], "--yes"]).status == 0)
            #expect(try runner.run(["outbox", "dispatch", "--yes"]).status == 0)
            let after = try runner.run(["trace", forged, "--stream", "sessions.revoke"])
            #expect(after.stdout.contains("signature valid"), "\(after.stdout)")
            #expect(!after.stdout.contains("requeue") && !after.stdout.contains("--resign"), "\(after.stdout)")
            #expect(try runner.run(["outbox", "reconcile", "-q"]).status == 0)
            #expect(try postgres.sql("SELECT count(*) FROM caracal_outbox WHERE status = 'published'") == ["2"])
        }
    }

    @Test func anEntryThatSaysWhatItsRowSaysIsSignedAnew() throws {
        try withPublished { runner, server, _, _ in
            var (id, fields) = try entries(on: server)[0]
            try server.send("XDEL \(Self.stream) \(id)")
            fields[fields.count - 1] = String(repeating: "00", count: 32)
            id = try add(fields, to: server)
            let trace = try runner.run(["trace", id, "--stream", "sessions.revoke"])
            #expect(trace.status == 1)
            #expect(
                trace.stdout.contains("caracalctl publish sessions.revoke --resign --id \(id) --dry-run"),
                "\(trace.stdout)"
            )
            #expect(
                !trace.stdout.contains("says something else") && !trace.stdout.contains("requeue"),
                "\(trace.stdout)"
            )
        }
    }

    /// Its consumers had the message.
    @Test func behindAValidEntryNothingIsToBeReturned() throws {
        try withPublished { runner, server, _, ids in
            let forged = try add(["outbox_id", ids[1], "zone_id", "z", "_sig", "00"], to: server)
            let trace = try runner.run(["trace", forged, "--stream", "sessions.revoke"])
            #expect(trace.status == 1)
            #expect(trace.stdout.contains(Self.contradiction), "\(trace.stdout)")
            #expect(!trace.stdout.contains("--resign") && !trace.stdout.contains("requeue"), "\(trace.stdout)")
        }
    }

    /// It is the message inside that says what the row says, and its stream that the row is for.
    @Test func aDeadLetterIsComparedByTheMessageInside() throws {
        try withPublished { runner, server, _, ids in
            var (id, fields) = try entries(on: server)[0]
            fields[fields.count - 1] = String(repeating: "00", count: 32)
            func letter(_ fields: [String]) throws -> String {
                let members = stride(from: 0, to: fields.count, by: 2).map { "\"\(fields[$0])\":\"\(fields[$0 + 1])\"" }
                let values = "{\(members.joined(separator: ","))}"
                let words = ["original_id", id, "error", "timeout", "values", values]
                let letter = try add(words, in: "\(Self.stream).dead", to: server)
                let result = try runner.run(["get", "sessions.revoke.dead", letter])
                #expect(result.status == 0, "\(result)")
                #expect(result.stdout.contains("signature  invalid"), "\(result.stdout)")
                return result.stdout
            }
            let same = try letter(fields)
            #expect(same.contains("outbox     caracal_outbox, published"), "\(same)")
            #expect(!same.contains("its row"), "\(same)")
            let forged = try letter(["outbox_id", ids[0], "zone_id", "z-evil", "_sig", fields[fields.count - 1]])
            #expect(forged.contains(Self.contradiction), "\(forged)")
        }
    }

    /// What no row has is not signed: it was forged, or its publisher knows no outbox. A row of that age may have been deleted.
    @Test func anEntryWithoutARowIsSignedOnlyWhereItsRowMayHaveBeenDeleted() throws {
        try withPublished { runner, server, postgres, ids in
            let without = "; no row has it: it was forged, or published past the outbox\n"
            try server.send("DEL \(Self.stream)")
            try postgres.sql("DELETE FROM caracal_outbox WHERE id = '\(ids[0])'")
            let signature = String(repeating: "00", count: 32)
            let forged = try add(["outbox_id", ids[0], "zone_id", "z", "_sig", signature], to: server)
            let trace = try runner.run(["trace", forged, "--stream", "sessions.revoke"])
            #expect(trace.status == 1)
            #expect(trace.stdout.hasPrefix("outbox  no row has this id\n"), "\(trace.stdout)")
            #expect(trace.stdout.contains(without), "\(trace.stdout)")
            #expect(!trace.stdout.contains("--resign"), "\(trace.stdout)")
            let get = try runner.run(["get", "sessions.revoke", forged])
            #expect(get.stdout.contains(without), "\(get.stdout)")
            // Of the year 2020.
            let id = "016f5e66-e800-7d6e-8d35-c5a5f5c6c6a1"
            let old = try add(["outbox_id", id, "zone_id", "z", "_sig", signature], to: server)
            let later = try runner.run(["trace", old, "--stream", "sessions.revoke"])
            #expect(later.status == 1)
            #expect(
                later.stdout.hasPrefix("outbox  no row has this id: the Coordinator's are deleted after a week\n"),
                "\(later.stdout)"
            )
            #expect(!later.stdout.contains("no row has it"), "\(later.stdout)")
            #expect(later.stdout.contains("sessions.revoke --resign --id \(old) --dry-run\n"), "\(later.stdout)")
        }
    }

    @Test func whatCouldNotBeComparedIsComparedBeforeItIsSigned() throws {
        try withPublished { runner, server, postgres, ids in
            try server.send("DEL \(Self.stream)")
            let forged = try add(["outbox_id", ids[0], "zone_id", "z-evil", "_sig", "00"], to: server)
            var away = runner
            away.environment["DATABASE_URL"] = "postgres://caracal@127.0.0.1:1/caracal"
            try postgres.sql("ALTER TABLE caracal_outbox RENAME TO away")
            for runner in [runner, away] {
                let trace = try runner.run(["trace", forged, "--stream", "sessions.revoke"])
                #expect(trace.status == 1)
                #expect(
                    trace.stdout.contains("; it could not be compared with its row: do that first\n"),
                    "\(trace.stdout)"
                )
                #expect(trace.stdout.contains("next    caracalctl outbox show \(ids[0])\n"), "\(trace.stdout)")
                #expect(!trace.stdout.contains("--resign"), "\(trace.stdout)")
            }
        }
    }
}
