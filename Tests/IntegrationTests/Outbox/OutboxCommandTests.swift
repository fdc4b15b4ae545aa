import RESP
import RedisSandbox
import TestSupport
import Testing

@Suite struct OutboxCommandTests {
    @Test func theTableHasALineForEachStreamOfEachOutbox() throws {
        try withPostgres { postgres in
            try postgres.insertRows(3, in: .coordinator, .dead(), secondsAgo: 90)
            try postgres.insertRows(
                2,
                in: .api,
                .retrying(inSeconds: 3_600),
                stream: "caracal.audit.events",
                secondsAgo: 250
            )
            try postgres.insertRows(
                in: .api,
                .locked(by: "w", forSeconds: 3_600),
                stream: "caracal.audit.events",
                secondsAgo: 5
            )
            try postgres.insertRows(4, in: .api, .published, stream: "caracal.policy.invalidate")
            expect(
                try CommandRunner(for: postgres).run([
                    "outbox", "--columns", "outbox,stream,waiting,retrying,in-hand,dead,published/h",
                ]),
                status: 0,
                stdout: """
                    OUTBOX       STREAM                  WAITING  RETRYING  IN HAND  DEAD  PUBLISHED/H
                    api          audit.events                  3         2        1     0            0
                    api          policy.invalidate             0         0        0     0            4
                    api          keys.invalidate               0         0        0     0            0
                    coordinator  sessions.revoke               0         0        -     3            0
                    coordinator  agents.lifecycle              0         0        -     0            0
                    coordinator  invocations.lifecycle         0         0        -     0            0
                    coordinator  delegations.invalidate        0         0        -     0            0

                    """
            )
        }
    }

    @Test func aTableThatIsMissingOrNotPermittedIsSaid() throws {
        try withPostgres { postgres in
            let refused = try CommandRunner(for: postgres, role: "caracalcoordinator").run(["outbox", "-o", "csv"])
            #expect(refused.status == 77)
            #expect(
                refused.stderr == """
                    caracalctl: warning: the role may not read event_outbox (the API's outbox): permission denied for table \
                    event_outbox

                    """
            )
            #expect(refused.stdout.split(separator: "\n").count == 5)
            try postgres.sql("DROP TABLE event_outbox")
            let missing = try CommandRunner(for: postgres).run(["outbox", "--stream", "sessions.revoke", "-o", "csv"])
            expect(
                missing,
                status: 0,
                stdout: """
                    OUTBOX,STREAM,WAITING,OLDEST,RETRYING,IN HAND,DEAD,PUBLISHED/H
                    coordinator,sessions.revoke,0,,0,,0,0

                    """,
                stderr: "caracalctl: warning: the database has no table event_outbox (the API's outbox)\n"
            )
            try postgres.sql("ALTER TABLE caracal_outbox DROP COLUMN published_at")
            let shape = try CommandRunner(for: postgres).run(["outbox"])
            #expect(shape.status == 1)
            #expect(shape.stderr.contains("column \"published_at\" does not exist"))
            try postgres.sql("DROP TABLE caracal_outbox")
            let none = try CommandRunner(for: postgres).run(["outbox"])
            expect(
                none,
                status: 78,
                stderr: """
                    caracalctl: 127.0.0.1:\(postgres.port ?? 0): the database has no table event_outbox (the API's outbox); the \
                    database has no table caracal_outbox (the Coordinator's outbox) (check DATABASE_URL: is it Caracal's database?)

                    """
            )
        }
    }

    @Test(arguments: [
        ["outbox"], ["outbox", "ls"], ["outbox", "show", "a"], ["outbox", "requeue", "--dead", "--yes"],
    ])
    func withoutADatabaseItSaysHowToNameOne(command: [String]) throws {
        expect(
            try CommandRunner().run(command),
            status: 78,
            stderr: """
                caracalctl: no database is named: set DATABASE_URL, or DATABASE_URL_FILE \
                (postgres://host:5432/caracal, with user:password@ before the host)

                """
        )
    }

    @Test func rowsAreListedWithTheirStateAndError() throws {
        try withPostgres { postgres in
            let dead = try postgres.insertRows(in: .api, .dead(error: "OOM: full"), secondsAgo: 2 * 86_400 + 60)[0]
            let retrying = OutboxRowState.retrying(inSeconds: 95_400)
            let retried = try postgres.insertRows(in: .coordinator, retrying, secondsAgo: 86_400 + 60)[0]
            expect(
                try CommandRunner(for: postgres).run(["outbox", "ls"]),
                status: 0,
                stdout: """
                    OUTBOX       STREAM           ID                                      AGE  STATE     TRIES      NEXT  WORKER
                    api          sessions.revoke  \(dead)  2d00h  dead        100     never  -       OOM: full
                    coordinator  sessions.revoke  \(retried)  1d00h  retrying      3  in 1d02h  -

                    """
            )
            expect(try CommandRunner(for: postgres).run(["outbox", "ls", "--locked"]), status: 0, stdout: "no rows\n")
            let other = try CommandRunner(for: postgres).run([
                "outbox", "ls", "--outbox", "api", "--columns", "id,next",
            ])
            expect(other, status: 0, stdout: "ID                                     NEXT\n\(dead)  never\n")
            try postgres.sql("UPDATE caracal_outbox SET available_at = created_at")
            try postgres.insertRows(in: .coordinator, .dead(), secondsAgo: 3_600)
            let table = try CommandRunner(for: postgres).run(["outbox", "ls", "--columns", "state,next", "-o", "csv"])
            expect(table, status: 0, stdout: "STATE,NEXT\ndead,never\nwaiting,0\ndead,never\n")
            try postgres.sql("DELETE FROM caracal_outbox WHERE status = 'dead'")
            let later = "UPDATE caracal_outbox SET available_at = now() + interval '100000000 s'"
            try postgres.sql(later)
            let ahead = try CommandRunner(for: postgres).run([
                "outbox", "ls", "--retrying", "--columns", "next", "-o", "csv",
            ])
            #expect(ahead.stdout.hasPrefix("NEXT\n9999"), "\(ahead.stdout)")
            let few = try CommandRunner(for: postgres).run(["outbox", "ls", "-n", "1", "--columns", "id"])
            expect(
                few,
                status: 0,
                stdout: "ID\n\(dead)\n",
                stderr: "caracalctl: note: stopped at --limit; more rows match\n"
            )
        }
    }

    /// No dispatcher takes a row that has no time, as `outbox show` says too.
    @Test func aRowWithoutATimeIsNeverTaken() throws {
        try withPostgres { postgres in
            try postgres.sql("ALTER TABLE event_outbox ALTER available_at DROP NOT NULL")
            let id = try postgres.insertRows(in: .api, secondsAgo: 60)[0]
            try postgres.sql("UPDATE event_outbox SET available_at = NULL")
            let runner = CommandRunner(for: postgres)
            expect(
                try runner.run(["outbox", "ls", "--columns", "state,next"]),
                status: 0,
                stdout: "STATE     NEXT\nwaiting  never\n"
            )
            let shown = try runner.run(["outbox", "show", id]).stdout
            #expect(shown.contains(/\nnext +never\n/), "\(shown)")
        }
    }

    @Test func aRowIsShownWithItsFieldsAndTheEntryItBecame() throws {
        try withServer { server in
            try withPostgres { postgres in
                let id = try postgres.insertRows(in: .api, .published)[0]
                try server.send("XADD caracal.sessions.revoke * outbox_id \(id) zone_id z-1 session_id s-0")
                let reply = try server.send("XREVRANGE caracal.sessions.revoke + - COUNT 1")[0].root[0]?[0]?.text ?? []
                let entry = String(decoding: reply, as: UTF8.self)
                let shown = try CommandRunner(for: server, postgres).run(["outbox", "show", id])
                #expect(shown.status == 0)
                #expect(shown.stderr == "")
                let lines = shown.stdout.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
                #expect(lines.contains("row \(id)"))
                #expect(lines.contains("in event_outbox (the API's outbox)"))
                #expect(lines.contains("state published"))
                #expect(lines.contains("entry \(entry) in sessions.revoke: it is not signed, consumers skip it"))
                #expect(lines.suffix(4) == ["fields", "outbox_id \(id)", "zone_id z-1", "session_id s-0"])
                let alone = try CommandRunner(for: postgres).run(["outbox", "show", id])
                #expect(alone.stdout.contains("entry      not asked (no Redis server is named)\n"))
                expect(
                    try CommandRunner(for: postgres).run(["outbox", "show", "nobody"]),
                    status: 1,
                    stderr: "caracalctl: there is no row nobody in the tables that could be looked at\n"
                )
                for command in [["outbox", "show", id], ["outbox", "requeue", id, "--yes"], ["outbox", "ls"]] {
                    let partly = try CommandRunner(for: postgres, role: "caracalcoordinator").run(command)
                    #expect(partly.status == 77, "\(command)")
                }
                let other = try postgres.insertRows(in: .coordinator, .dead())[0]
                let row = try CommandRunner(for: postgres).run(["outbox", "show", other])
                #expect(row.stdout.contains("next        never\n"), "\(row.stdout)")
                #expect(
                    try CommandRunner(for: postgres).run(["outbox", "show", other, "-o", "json"]).stdout
                        .contains(#""available_at": null"#)
                )
            }
        }
    }

    @Test func aStreamOfARowIsShownEscaped() throws {
        try withPostgres { postgres in
            try postgres.insertRows(in: .api, stream: "caracal.\u{1b}[31m")
            let result = try CommandRunner(for: postgres).run(["outbox"])
            #expect(result.stdout.contains(#"\x1b[31m"#))
            #expect(!result.stdout.contains("\u{1b}"))
        }
    }

    @Test(arguments: [
        (["ls", "--dead", "--waiting"], "--dead and --waiting exclude each other"),
        (["ls", "--since", "1h", "--until", "2h"], "--since lies behind --until"),
        (["show", "1767443990017-2"], "1767443990017-2 is the id of an entry"),
        (["requeue"], "name the rows, or give --dead"),
        (["requeue", "a", "--dead"], "name the rows, or give --dead"),
        (["requeue", "a", "--reason", "r"], "--reason goes with --dead"),
        (["unlock", "--worker", ""], "--worker is empty"),
        (["ls", "--stream", "nonsense"], "nonsense is not a stream of the bus"),
        (["ls", "--stream", "nonsense"], "; --any-stream takes names outside the table as they are"),
        (["ls", "--outbox", "sts"], "--outbox is api or coordinator"),
        (["ls", "--outbox", "coordinator", "--locked"], "--locked lists rows of the API"),
        (["requeue", "a", "--outbox", "api"], "--outbox goes with --dead"),
        (["requeue", "--dead", "--reason", "r", "--outbox", "coordinator"], "the Coordinator keeps no errors"),
        (["status", "--emit-grants", "observer", "--outbox", "api"], "it goes with no --outbox"),
        (["dispatch", "--unsigned", "--force"], "--force is about the key"),
    ])
    func badInputIsRefusedBeforeAnythingIsSent(words: [String], message: String) throws {
        let runner = CommandRunner(environment: ["DATABASE_URL": "postgres://u@127.0.0.1:1/x"])
        let result = try runner.run(["outbox"] + words)
        #expect(result.status == 64)
        #expect(result.stderr.contains(message), "\(result.stderr)")
    }
}
