import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Where a database is set, what is signed anew is compared with its row: nothing that was forged becomes valid.
@Suite struct PublishResignRowsTests {
    private static let stream = "caracal.sessions.revoke"

    /// Runs `body` with a row that was published, and its id.
    private func withRow(
        of stream: String = Self.stream,
        _ body: (CommandRunner, SandboxServer, PostgresServer, _ id: String) throws -> Void
    ) throws {
        try withServer { server in
            try withPostgres { postgres in
                try server.makeRevocations(empty: true)
                let ids = try postgres.insertRows(in: .coordinator, .published, stream: stream)
                var runner = CommandRunner(for: server, postgres)
                runner.environment["STREAMS_HMAC_KEY"] = Publish.key
                try body(runner, server, postgres, try #require(ids.first))
            }
        }
    }

    /// Adds an entry as the dispatcher of the row writes it, with a signature that does not hold, and returns its id. Beside it, one of
    /// another stream shows that the key is the right one.
    @discardableResult
    private func add(_ outboxID: [UInt8], session: String = "s-0", to server: SandboxServer) throws -> String {
        let fields = [
            ("outbox_id", outboxID), ("dedupe_key", Array("k-".utf8) + outboxID), ("zone_id", Array("z-1".utf8)),
            ("session_id", Array(session.utf8)), ("_sig", Array("00".utf8)),
        ]
        let arguments = [Array(Self.stream.utf8), Array("*".utf8)] + fields.flatMap { [Array($0.0.utf8), $0.1] }
        let reply = try VerifySig.connect(server).send(Command("XADD", arguments: arguments))
        let id = String(decoding: reply.root.text ?? [], as: UTF8.self)
        try server.vouch(for: id)
        return id
    }

    private func resign(_ runner: CommandRunner, _ words: String...) throws -> CommandResult {
        try runner.run(["publish", "sessions.revoke", "--resign", "-o", "ndjson"] + words)
    }

    @Test func onlyWhatSaysWhatItsRowSaysIsSigned() throws {
        try withRow { runner, server, _, id in
            try add(Array(id.utf8), session: "s-evil", to: server)
            try add(Array(id.utf8), to: server)
            try add(Array(id.utf8), to: server)
            let last = try add(Array(id.utf8), session: "s-evil", to: server)
            let real = try server.entryIDs()[1]
            let forged = JSONNode.string(
                "its row in caracal_outbox says something else: it was forged, or altered"
            )
            let result = try resign(runner, "-y", "--since", "-")
            #expect(result.status == 1)
            #expect(
                try Resigned.outcomes(result) == [forged, .string("new"), .string("\(real) says the same"), forged],
                "\(result.stdout)"
            )
            #expect(result.stderr.contains("2 entries are not published again"), "\(result.stderr)")
            #expect(!result.stderr.contains("outboxes"), "\(result.stderr)")
            let entries = Array(try server.send("XRANGE \(Self.stream) - +")[0].root.elements)
            #expect(entries.count == 5)
            #expect(entries.last?[1]?[field: "session_id"]?.text.map { Array($0) } == Array("s-0".utf8))
            // Nobody needs the forged one any more.
            let again = try resign(runner, "-y", "--id", last)
            #expect(again.status == 0)
            let new = try server.entryIDs()[4]
            #expect(try Resigned.outcomes(again) == [.string("published again already, as \(new)")])
        }
    }

    @Test func aForgedEntryAloneIsNotSigned() throws {
        try withRow { runner, server, _, id in
            let forged = try add(Array(id.utf8), session: "s-evil", to: server)
            let result = try resign(runner, "-y", "--id", forged)
            #expect(result.status == 1)
            #expect(
                try Resigned.messages(result)
                    == ["1 entry is not published again", "nothing to do: nothing was sent"]
            )
            #expect(try resign(runner, "-y", "--id", forged, "--outbox-id", "new").status == 1)
            #expect(try server.entryIDs() == [forged])
        }
    }

    /// Else its consumers would have two: that one, and the one of the dispatcher.
    @Test(arguments: [
        "status = 'pending'", "status = 'pending', attempts = 3, available_at = now() + interval '1 hour'",
    ])
    func whatItsDispatcherHasYetToPublishIsNotSigned(state: String) throws {
        try withRow { runner, server, postgres, id in
            try postgres.sql("UPDATE caracal_outbox SET \(state), published_at = NULL WHERE id = '\(id)'")
            let entry = try add(Array(id.utf8), to: server)
            let result = try resign(runner, "-y", "--since", "-")
            #expect(result.status == 0, "\(result.stderr)")
            let reason = "its row in caracal_outbox waits: the Coordinator publishes it, signed anew"
            #expect(try Resigned.outcomes(result) == [.string(reason)])
            #expect(try Resigned.messages(result) == ["nothing to do: nothing was sent"])
            #expect(try server.entryIDs() == [entry])
            // One that was given up nobody publishes.
            try postgres.sql("UPDATE caracal_outbox SET status = 'dead', attempts = 10 WHERE id = '\(id)'")
            let dead = try resign(runner, "-y", "--since", "-")
            #expect(dead.status == 0, "\(dead.stderr)")
            #expect(try Resigned.outcomes(dead) == [.string("new")])
        }
    }

    @Test func anEntryWithTheIDOfARowOfAnotherStreamIsNotSigned() throws {
        try withRow(of: "caracal.keys.invalidate") { runner, server, _, id in
            let forged = try add(Array(id.utf8), to: server)
            let result = try resign(runner, "-y", "--since", "-")
            #expect(result.status == 1)
            let reason = "its row in caracal_outbox is for caracal.keys.invalidate: it was forged, or altered"
            #expect(try Resigned.outcomes(result) == [.string(reason)])
            #expect(try server.entryIDs() == [forged])
        }
    }

    /// Such an id may be of `publish`, and may be any bytes: nothing is known of it, and that is told.
    @Test func whatHasNoRowIsTold() throws {
        try withRow { runner, server, _, _ in
            try add(Array("m-1".utf8), to: server)
            try add(Array("m\0".utf8), session: "s-1", to: server)
            try add([0xFF, 0xFE], session: "s-2", to: server)
            let result = try resign(runner, "--dry-run", "--since", "-")
            #expect(result.status == 0, "\(result.stderr)")
            #expect(
                try Resigned.messages(result).contains("3 entries have no row in the outboxes to compare them with"),
                "\(result.stderr)"
            )
        }
    }

    /// What should have been compared and could not be is not signed.
    @Test func withoutTheDatabaseThatIsSetNothingIsSigned() throws {
        try withRow { runner, server, postgres, id in
            let entry = try add(Array(id.utf8), to: server)
            try postgres.sql("DROP TABLE caracal_outbox, event_outbox CASCADE")
            let result = try resign(runner, "-y", "--since", "-")
            #expect(result.status == 78)
            #expect(result.stderr.contains("check DATABASE_URL: is it Caracal's database?"), "\(result.stderr)")
            #expect(try server.entryIDs() == [entry])
        }
    }

    /// That the role may not read the table of the stream does not mean that there is no row.
    @Test func whatIsInATableThatTheRoleMayNotReadIsNotSigned() throws {
        try withRow { runner, server, postgres, id in
            try postgres.sql(
                "CREATE ROLE half LOGIN PASSWORD '\(postgres.password)'; GRANT SELECT ON event_outbox TO half"
            )
            var half = CommandRunner(for: server, postgres, role: "half")
            half.environment["STREAMS_HMAC_KEY"] = Publish.key
            let forged = try add(Array(id.utf8), session: "s-evil", to: server)
            let result = try resign(half, "-y", "--since", "-")
            #expect(result.status == 1)
            let problem =
                "the role may not read caracal_outbox (the Coordinator's outbox): permission denied for table caracal_outbox"
            #expect(try Resigned.outcomes(result) == [.string("its row could not be read: \(problem)")])
            #expect(
                try Resigned.messages(result)
                    == ["1 entry is not published again", problem, "nothing to do: nothing was sent"]
            )
            #expect(try server.entryIDs() == [forged])
            // The table that does not feed the stream need not be read.
            try postgres.sql("REVOKE SELECT ON event_outbox FROM half; GRANT SELECT ON caracal_outbox TO half")
            let other = try add(Array("m-1".utf8), to: server)
            let whole = try resign(half, "--dry-run", "--id", other)
            #expect(whole.status == 0, "\(whole.stderr)")
            #expect(
                try Resigned.messages(whole).contains("1 entry has no row in the outboxes to compare it with"),
                "\(whole.stderr)"
            )
        }
    }
}
