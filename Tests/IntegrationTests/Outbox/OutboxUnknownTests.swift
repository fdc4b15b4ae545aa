import RESP
import RedisSandbox
import TestSupport
import Testing

/// What nobody can know of a row, or of its entry, is shown as unknown.
@Suite struct OutboxUnknownTests {
    private static let stream = "caracal.sessions.revoke"
    private static let unknown = "caracalctl: warning: whether it is in its stream is not known: "

    private func withBoth(_ body: (CommandRunner, SandboxServer, PostgresServer) throws -> Void) throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try withPostgres { postgres in try body(CommandRunner(for: server, postgres), server, postgres) }
        }
    }

    // MARK: Its entry

    /// It died an hour after it was published, and its entry was trimmed.
    @Test func aMessageThatDiedLongAfterItWasPublishedIsShown() throws {
        try withBoth { runner, server, postgres in
            let id = try postgres.insertRows(in: .coordinator, .published, secondsAgo: 3_600)[0]
            let letter = try server.send(
                "XADD \(Self.stream).dead * original_id 1-1 error x values {\"outbox_id\":\"\(id)\"}"
            )[0]
            let entry = String(decoding: letter.root.text ?? [], as: UTF8.self)
            let shown = try runner.run(["outbox", "show", id])
            #expect(shown.status == 0, "\(shown)")
            #expect(shown.stdout.contains("dead letter  \(entry) in sessions.revoke.dead\n"), "\(shown.stdout)")
            #expect(shown.stderr.isEmpty, "\(shown.stderr)")
        }
    }

    /// It is behind more entries than are searched.
    @Test func anEntryBehindTooManyIsUnknown() throws {
        try withBoth { runner, server, postgres in
            let id = try postgres.insertRows(in: .coordinator, .published)[0]
            let script = "for\ni=1,101000\ndo\nredis.call('XADD',KEYS[1],'*','a','b')\nend"
            try server.send("EVAL \(script) 1 \(Self.stream)", "XADD \(Self.stream) * outbox_id \(id)")
            let shown = try runner.run(["outbox", "show", id])
            #expect(shown.status == 1, "\(shown)")
            #expect(shown.stdout.contains("entry       unknown\n"), "\(shown.stdout)")
            #expect(
                shown.stderr == """
                    \(Self.unknown)not all of its stream and its dead letters was searched (caracalctl trace searches from another \
                    time on with --since)

                    """
            )
            let json = try runner.run(["outbox", "show", id, "-o", "json"])
            #expect(json.status == 1 && json.stdout.contains(#""entries": null"#), "\(json.stdout)")
        }
    }

    @Test func aRowThatDoesNotTellWhenItWasMadeHasAnUnknownEntry() throws {
        try withBoth { runner, _, postgres in
            let id = try postgres.insertRows(in: .coordinator)[0]
            try postgres.sql("UPDATE caracal_outbox SET created_at = '-infinity'")
            let shown = try runner.run(["outbox", "show", id])
            #expect(shown.status == 1, "\(shown)")
            #expect(shown.stdout.contains("entry       unknown\n"), "\(shown.stdout)")
            #expect(
                shown.stderr == """
                    \(Self.unknown)the row does not tell when it was made (caracalctl trace searches from a time on with --since)

                    """
            )
            let json = try runner.run(["outbox", "show", id, "-o", "json"])
            #expect(json.status == 1 && json.stdout.contains(#""entries": null"#), "\(json.stdout)")
        }
    }

    // MARK: Its age

    @Test func howLongSuchARowHasWaitedIsUnknown() throws {
        try withBoth { runner, _, postgres in
            try postgres.insertRows(2, in: .coordinator)
            try postgres.sql(
                "UPDATE caracal_outbox SET created_at = '-infinity' WHERE id = (SELECT min(id) FROM caracal_outbox)"
            )
            let metrics = try runner.run(["outbox", "-o", "prometheus"])
            let name = "caracal_outbox_oldest_waiting_seconds{outbox=\"coordinator\",stream="
            #expect(metrics.status == 0, "\(metrics)")
            #expect(!metrics.stdout.contains("\(name)\"\(Self.stream)\"}"), "\(metrics.stdout)")
            #expect(metrics.stdout.contains("\(name)\"caracal.agents.lifecycle\"} 0\n"), "\(metrics.stdout)")
            let check = try runner.run(["check", "--memory", "off"])
            #expect(check.status == 3, "\(check)")
            #expect(check.stdout.contains("CARACAL UNKNOWN - outbox coordinator oldest row unknown"), "\(check.stdout)")
            let doctor = try runner.run(["doctor", "--only", "outbox-waiting", "-o", "json"])
            let finding =
                "one of the rows that wait in the Coordinator's outbox for sessions.revoke does not tell when it was made"
            #expect(doctor.stdout.contains(finding), "\(doctor.stdout)")
        }
    }

    // MARK: Whether it is marked

    private static let unsigned =
        "caracalctl: warning: without a signature every consumer skips what is published, except where CARACAL_MODE is dev\n"

    /// Another dispatcher, or whatever keeps a row from being marked, has it published twice.
    @Test func aRowThatIsPublishedAndNotMarkedIsAFinding() throws {
        try withBoth { runner, _, postgres in
            try postgres.insertRows(in: .api, stream: "caracal.keys.invalidate")
            try postgres.sql(
                """
                CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
                CREATE TRIGGER skip BEFORE UPDATE ON event_outbox FOR EACH ROW
                    WHEN (NEW.dispatched_at IS NOT NULL) EXECUTE FUNCTION skip()
                """
            )
            expect(
                try runner.run(["outbox", "dispatch", "--unsigned", "--yes", "--columns", "stream,published,failed"]),
                status: 1,
                stdout: "STREAM           PUBLISHED  FAILED\nkeys.invalidate          1       0\n",
                stderr: Self.unsigned
                    + "caracalctl: warning: 1 message was published, and its row could not be marked: another dispatcher "
                    + "publishes it again\n"
            )
        }
    }

    /// That of another row a failed attempt cannot be recorded says nothing of one that is marked.
    @Test func aRowThatIsMarkedIsNotCalledUnmarked() throws {
        try withBoth { runner, _, postgres in
            let marked = try postgres.insertRows(in: .api, stream: "caracal.keys.invalidate", secondsAgo: 2)[0]
            try postgres.insertRows(in: .api, stream: "caracal.keys.invalidate", payload: "[1]", secondsAgo: 1)
            try postgres.sql(
                """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
                CREATE TRIGGER refuse BEFORE UPDATE ON event_outbox FOR EACH ROW
                    WHEN (NEW.available_at > OLD.available_at) EXECUTE FUNCTION refuse()
                """
            )
            let reason = "payload_json is not an object that can be published: byte 1: expected '{', found \"[\""
            expect(
                try runner.run(["outbox", "dispatch", "--unsigned", "--yes", "--columns", "stream,published,failed"]),
                status: 76,
                stdout: "STREAM           PUBLISHED  FAILED\nkeys.invalidate          1       1\n",
                stderr: """
                    \(Self.unsigned)caracalctl: 1 attempt failed: \(reason)
                    caracalctl: 127.0.0.1:\(postgres.port ?? 0) refused: refused; 1 row published, 1 returned for a later attempt

                    """
            )
            #expect(try postgres.sql("SELECT id FROM event_outbox WHERE dispatched_at IS NOT NULL") == [marked])
        }
    }
}
