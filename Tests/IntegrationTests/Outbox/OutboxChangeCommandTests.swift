import RESP
import RedisSandbox
import TestSupport
import Testing

@Suite struct OutboxChangeCommandTests {
    private static let dead = "SELECT count(*) FROM event_outbox WHERE available_at = 'infinity'"

    @Test func aDryRunShowsThePlanAndChangesNothing() throws {
        try withPostgres { postgres in
            let ids = try postgres.insertRows(2, in: .api, .dead(error: "e"), secondsAgo: 2 * 86_400 + 60, spacing: 1)
            expect(
                try CommandRunner(for: postgres).run(["outbox", "requeue", "--dead", "--dry-run"]),
                status: 0,
                stdout: """
                    OUTBOX  STREAM           ID                                      AGE  WAS   TRIES  RESULT
                    api     sessions.revoke  \(ids[0])  2d00h  dead    100  planned  e
                    api     sessions.revoke  \(ids[1])  2d00h  dead    100  planned  e

                    """,
                stderr: "caracalctl: note: the last error of 2 rows is erased with this; -o json shows each\n"
            )
            #expect(try postgres.sql(Self.dead) == ["2"])
        }
    }

    @Test func deadRowsAreRequeuedAndPublishedByTheirService() throws {
        try withServer { server in
            try withPostgres { postgres in
                let ids = try postgres.insertRows(2, in: .api, .dead(), secondsAgo: 90, spacing: 1)
                let result = try CommandRunner(for: postgres).run([
                    "outbox", "requeue", "--dead", "--yes", "--columns", "id,result",
                ])
                expect(
                    result,
                    status: 0,
                    stdout: """
                        ID                                    RESULT
                        \(ids[0])  requeued
                        \(ids[1])  requeued

                        """,
                    stderr: """
                        caracalctl: note: the last error of 2 rows is erased with this; -o json shows each
                        caracalctl: note: the API publishes them next; while it is down: caracalctl outbox dispatch --outbox api

                        """
                )
                #expect(try RivalDispatcher.publishAll(.api, from: postgres, to: server) == 2)
                #expect(try server.send("XLEN caracal.sessions.revoke")[0].root.integer == 2)
                let again = try CommandRunner(for: postgres).run(["outbox", "requeue", "--dead", "--yes"])
                expect(again, status: 0, stderr: "caracalctl: note: nothing to do: nothing was changed\n")
            }
        }
    }

    @Test func aPublishedRowIsRequeuedWithAWarning() throws {
        try withPostgres { postgres in
            let id = try postgres.insertRows(in: .coordinator, .published)[0]
            let result = try CommandRunner(for: postgres).run([
                "outbox", "requeue", id, "--yes", "--columns", "was,result",
            ])
            expect(
                result,
                status: 0,
                stdout: "WAS        RESULT\npublished  requeued\n",
                stderr: """
                    caracalctl: warning: 1 row was published before: consumers may get such a message twice
                    caracalctl: note: the Coordinator publishes it next; while it is down: caracalctl outbox dispatch --outbox \
                    coordinator

                    """
            )
            #expect(try postgres.sql("SELECT status, attempts FROM caracal_outbox") == ["pending|0"])
        }
    }

    @Test func anIDThatIsNotThereOrInHandIsAFinding() throws {
        try withPostgres { postgres in
            let id = try postgres.insertRows(in: .api, .locked(by: "w-1", forSeconds: 3_600))[0]
            let result = try CommandRunner(for: postgres).run(
                ["outbox", "requeue", "nobody", id, "--yes", "--columns", "id,result,reason"]
            )
            expect(
                result,
                status: 1,
                stdout: """
                    ID                                    RESULT
                    nobody                                missing  no table that was looked at has it
                    \(id)  in hand  a dispatcher has it in hand (if it is gone: caracalctl outbox unlock --worker w-1)

                    """,
                stderr: "caracalctl: note: nothing to do: nothing was changed\n"
            )
        }
    }

    @Test func withoutATerminalItWantsYesAndReadOnlyRefuses() throws {
        try withPostgres { postgres in
            try postgres.insertRows(in: .api, .dead())
            let runner = CommandRunner(for: postgres)
            expect(
                try runner.run(["outbox", "requeue", "--dead"]),
                status: 64,
                stderr: """
                    caracalctl: not a terminal: pass --yes to confirm (--dry-run shows what would be done); nothing was sent

                    """
            )
            let refused = try runner.run(["outbox", "requeue", "--dead", "--yes", "--read-only"])
            expect(
                refused,
                status: 78,
                stderr: "caracalctl: requeue writes, and --read-only forbids that: nothing was sent\n"
            )
            #expect(try postgres.sql(Self.dead) == ["1"])
        }
    }

    @Test func aRoleThatMayOnlyLookIsTold() throws {
        try withPostgres { postgres in
            try postgres.insertRows(in: .api, .dead())
            try postgres.sql(
                "CREATE ROLE observer LOGIN PASSWORD '\(postgres.password)'; GRANT SELECT ON event_outbox, caracal_outbox TO observer"
            )
            var runner = CommandRunner(for: postgres)
            runner.environment["DATABASE_URL"] = postgres.url(role: "observer", password: postgres.password)
            let result = try runner.run(["outbox", "requeue", "--dead", "--yes"])
            #expect(result.status == 77)
            #expect(result.stdout.contains("not done"))
            #expect(result.stderr.contains("permission denied for table event_outbox"))
            #expect(result.stderr.hasSuffix("; of 1 row 1 not done\n"), "\(result.stderr)")
            #expect(try postgres.sql(Self.dead) == ["1"])
        }
    }

    @Test func deadRowsOfOneTableAreRequeued() throws {
        try withPostgres { postgres in
            try postgres.insertRows(2, in: .api, .dead())
            try postgres.insertRows(3, in: .coordinator, .dead())
            let runner = CommandRunner(for: postgres)
            let result = try runner.run([
                "outbox", "requeue", "--dead", "--outbox", "coordinator", "--yes", "--columns", "result",
            ])
            #expect(result.status == 0)
            #expect(result.stdout == "RESULT\nrequeued\nrequeued\nrequeued\n")
            #expect(try postgres.sql(Self.dead) == ["2"])
            #expect(try postgres.sql("SELECT DISTINCT status FROM caracal_outbox") == ["pending"])
            let both = try runner.run(["outbox", "requeue", "--dead", "--outbox", "coordinator", "--yes"])
            expect(both, status: 0, stderr: "caracalctl: note: nothing to do: nothing was changed\n")
        }
    }

    /// Between the plan and the answer to its question somebody else publishes the row, or deletes it.
    @Test(arguments: [
        (
            "UPDATE caracal_outbox SET status = 'published', published_at = now()", "taken",
            "it was dead, and is published"
        ),
        ("UPDATE caracal_outbox SET attempts = 11", "taken", "it was tried again: 11 attempts, before 10"),
        ("DELETE FROM caracal_outbox", "deleted", "deleted since the plan was made"),
    ])
    func aRowThatWasLeftIsAFindingAndTold(rival: String, result: String, words: String) throws {
        try withPostgres { postgres in
            try postgres.insertRows(in: .coordinator, .dead())
            let command = try CommandRunner(for: postgres).startInTerminal([
                "outbox", "requeue", "--dead", "--columns", "result,reason",
            ])
            try command.waitForOutput("Return 1 row to waiting? [y/N] ")
            try postgres.sql(rival)
            command.type("y\n")
            let end = try command.finish()
            #expect(end.status == 1)
            let text = end.stdout.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(text.contains(result), "\(end.stdout)")
            #expect(text.contains(words), "\(end.stdout)")
        }
    }

    @Test func locksThatRanOutAreTakenOff() throws {
        try withPostgres { postgres in
            let ids = try postgres.insertRows(in: .api, .locked(by: "gone", forSeconds: -60), secondsAgo: 7_205)
            try postgres.insertRows(in: .api, .locked(by: "alive", forSeconds: 600))
            let runner = CommandRunner(for: postgres)
            expect(
                try runner.run(["outbox", "unlock", "--yes", "--columns", "id,was,result"]),
                status: 0,
                stdout: """
                    ID                                    WAS                    RESULT
                    \(ids[0])  waiting, lock ran out  unlocked

                    """,
                stderr:
                    "caracalctl: note: the API publishes it next; while it is down: caracalctl outbox dispatch --outbox api\n"
            )
            expect(
                try runner.run(["outbox", "unlock", "--yes"]),
                status: 0,
                stderr: "caracalctl: note: no row has a lock that ran out: nothing was changed\n"
            )
            expect(
                try runner.run(["outbox", "unlock", "--worker", "w", "--yes"]),
                status: 0,
                stderr: "caracalctl: note: no row is locked by w (locked by alive): nothing was changed\n"
            )
            expect(
                try runner.run(["outbox", "unlock", "--worker", "alive", "--stream", "keys.invalidate", "--yes"]),
                status: 0,
                stderr: """
                    caracalctl: note: no row for keys.invalidate is locked by alive (it has locked rows for sessions.revoke): \
                    nothing was changed

                    """
            )
            let shown = try runner.run([
                "outbox", "unlock", "--worker", "alive", "--dry-run", "--columns", "worker,result",
            ])
            expect(shown, status: 0, stdout: "WORKER  RESULT\nalive   planned\n")
            #expect(try runner.run(["outbox", "unlock", "--worker", "alive", "--yes"]).status == 0)
            #expect(try postgres.sql("SELECT count(*) FROM event_outbox WHERE locked_until IS NOT NULL") == ["0"])
        }
    }
}
