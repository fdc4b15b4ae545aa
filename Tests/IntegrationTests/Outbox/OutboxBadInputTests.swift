import Glibc
import RESP
import RedisSandbox
import TestSupport
import Testing

/// Databases that cannot be had or break, and clocks, rows and servers that are not as they should be: one line each, and its status.
@Suite struct OutboxBadInputTests {
    private static let key = String(repeating: "22", count: 32)

    /// A provisioned Redis, and both tables.
    private func withBoth(_ body: (CommandRunner, SandboxServer, PostgresServer) throws -> Void) throws {
        try withServer { server in
            #expect(try server.run("provision").status == 0)
            try withPostgres { postgres in
                var runner = CommandRunner(for: server, postgres)
                runner.environment["STREAMS_HMAC_KEY"] = Self.key
                try body(runner, server, postgres)
            }
        }
    }

    /// Publishes the rows of a table as its service does, signed.
    private func publish(_ outbox: TestOutbox, _ postgres: PostgresServer, _ server: SandboxServer) throws -> Int {
        let environment = ["STREAMS_HMAC_KEY": Self.key]
        return try RivalDispatcher.publishAll(outbox, from: postgres, to: server, environment: environment)
    }

    // MARK: The database

    /// A message of a server that ends the session, as Postgres sends it.
    private static func fatal(_ state: String, _ message: String) -> [UInt8] {
        let words = ["SFATAL", "VFATAL", "C\(state)", "M\(message)", ""]
        let fields: [UInt8] = words.flatMap { (word: String) -> [UInt8] in Array(word.utf8) + [0] }
        let length = UInt32(fields.count + 4).bigEndian
        return [UInt8(ascii: "E")] + withUnsafeBytes(of: length) { Array($0) } + fields
    }

    /// Every command of the family says the same.
    @Test(arguments: [
        ["outbox"], ["outbox", "ls"], ["outbox", "show", "x"], ["outbox", "requeue", "--dead", "--yes"],
        ["outbox", "unlock", "--yes"], ["outbox", "reconcile"], ["outbox", "dispatch", "--yes"],
    ])
    func aDatabaseThatCannotBeHadIsOneLine(command: [String]) throws {
        try withBoth { runner, _, postgres in
            let place = "127.0.0.1:\(postgres.port ?? 0)"
            let starting = try ScriptedPeer([
                [.expectBytes(8), .send(Self.fatal("57P03", "the database system is starting up")), .close]
            ])
            let hanging = try ScriptedPeer([[.silent]])
            let plain = "?sslmode=disable&gssencmode=disable"
            for (url, status, message) in [
                (
                    "postgres://caracal:wrong@\(place)/caracal", 77,
                    """
                    \(place) refused: password authentication failed for user "caracal" (check the user and the password in \
                    DATABASE_URL)
                    """
                ),
                (
                    "postgres://caracal:x@\(place)/caracal?sslmode=require", 69,
                    """
                    TLS with \(place) failed: server does not support SSL, but SSL was required (check sslmode and \
                    sslrootcert in DATABASE_URL)
                    """
                ),
                (
                    "postgres://u:p@127.0.0.1:\(starting.port)/d\(plain)", 75,
                    "127.0.0.1:\(starting.port) refused: the database system is starting up (wait, and try again)"
                ),
                (
                    "postgres://u:p@127.0.0.1:\(hanging.port)/d\(plain)", 69,
                    """
                    cannot reach 127.0.0.1:\(hanging.port): no answer within 300ms (check DATABASE_URL, or raise \
                    --connect-timeout)
                    """
                ),
            ] as [(String, Int32, String)] {
                var runner = runner
                runner.environment["DATABASE_URL"] = url
                runner.environment["PGPASSFILE"] = nil
                expect(
                    try runner.run(command + ["--connect-timeout", message.contains("300ms") ? "300ms" : "30s"]),
                    status: status,
                    stderr: "caracalctl: \(message)\n"
                )
            }
        }
    }

    /// Of rows that came before it nothing is shown: the list would look whole.
    @Test(arguments: [["outbox", "ls", "-n", "5000"], ["outbox", "requeue", "--dead", "-n", "5000", "--yes"]])
    func aDatabaseThatGoesAwayInTheMiddleOfAResultIsOneLine(command: [String]) throws {
        try withBoth { runner, _, postgres in
            try postgres.insertRows(4_000, in: .coordinator, .dead())
            let proxy = try FaultProxy(before: postgres.port ?? 0, [Fault(.toClient, after: .bytes(100_000), .cut)])
            var runner = runner
            runner.environment["DATABASE_URL"] =
                "postgres://caracal:\(postgres.password)@127.0.0.1:\(proxy.port)/caracal?sslmode=disable&gssencmode=disable"
            expect(
                try runner.run(command),
                status: 69,
                stderr: "caracalctl: 127.0.0.1:\(proxy.port) closed the connection in the middle of a statement\n"
            )
            #expect(try postgres.sql("SELECT count(*) FROM caracal_outbox WHERE status = 'dead'") == ["4000"])
            proxy.stop()
        }
    }

    /// Somebody alters a table, and every statement waits for that: ours as long as `--timeout` says.
    @Test func aStatementThatTakesTooLongIsEnded() throws {
        try withBoth { runner, _, postgres in
            let program = try ExecutableSearch.find("psql", path: Environment.current["PATH"])
            let migration = try CommandRunner(program, environment: ["PGPASSFILE": postgres.passwordFile])
                .start(["--no-psqlrc", "-qAt", "-d", postgres.url])
            try migration.type("BEGIN; LOCK TABLE event_outbox; SELECT 'locked';\n", until: "locked\n")
            for command in [["outbox"], ["outbox", "ls"], ["outbox", "requeue", "--dead", "--yes"]] {
                let result = try runner.run(command + ["--timeout", "300ms"])
                #expect(result.status == 69 && result.stdout.isEmpty, "\(result)")
                #expect(result.stderr.hasSuffix(" (raise --timeout)\n"), "\(result.stderr)")
                #expect(result.stderr.split(separator: "\n").count == 1, "\(result.stderr)")
            }
            migration.type("ROLLBACK;\n")
            migration.closeInput()
            #expect(try migration.finish().status == 0)
            #expect(try runner.run(["outbox"]).status == 0)
        }
    }

    /// A right that is lacking on one column is said of its table, and the other table is shown.
    @Test func aColumnThatMayNotBeReadIsSaid() throws {
        try withBoth { runner, _, postgres in
            try postgres.insertRows(in: .api, .dead())
            let dead = try postgres.insertRows(in: .coordinator, .dead())[0]
            try postgres.sql(
                """
                CREATE ROLE narrow LOGIN PASSWORD '\(postgres.password)';
                GRANT SELECT ON caracal_outbox TO narrow;
                GRANT SELECT (id, stream_name, payload_json, attempts, available_at, locked_until, dispatched_at, created_at)
                    ON event_outbox TO narrow
                """
            )
            var runner = runner
            runner.environment["DATABASE_URL"] = postgres.url(role: "narrow", password: postgres.password)
            // What needs no other column works.
            #expect(try runner.run(["outbox"]).status == 0)
            expect(
                try runner.run(["outbox", "ls", "--columns", "id"]),
                status: 77,
                stdout: "ID\n\(dead)\n",
                stderr: """
                    caracalctl: warning: the role may not read event_outbox (the API's outbox): permission denied for table \
                    event_outbox

                    """
            )
        }
    }

    // MARK: Rows

    /// 6 MB of a message, and numbers that only JavaScript prints so: as the service publishes them.
    @Test func payloadsWithoutBoundArePublishedAsTheServicesDo() throws {
        try withBoth { runner, server, postgres in
            let digits = String(repeating: "7", count: 400)
            let payload = #"{"n":\#(digits),"m":-\#(digits),"_sig":"forged","sig":"x"}"#
            try postgres.insertRows(in: .api, stream: "caracal.keys.invalidate", payload: payload)
            try postgres.insertRows(in: .coordinator, payload: payload)
            try withServer { other in
                #expect(try other.run("provision").status == 0)
                for outbox in TestOutbox.allCases {
                    let keys = ["STREAMS_HMAC_KEY": Self.key]
                    let count = try RivalDispatcher.publishAll(outbox, from: postgres, to: other, environment: keys)
                    #expect(count == 1)
                }
                try postgres.sql("UPDATE event_outbox SET dispatched_at = NULL, attempts = 0")
                try postgres.sql("UPDATE caracal_outbox SET status = 'pending', attempts = 0, published_at = NULL")
                #expect(try runner.run(["outbox", "dispatch", "--yes"]).status == 0)
                for stream in ["caracal.keys.invalidate", "caracal.sessions.revoke"] {
                    let fields = { (server: SandboxServer) in
                        try server.send("XRANGE \(stream) - +")[0].root[0]?[1]?.elements.map {
                            $0.text.map { Array($0) }
                        }
                    }
                    let ours = try #require(try fields(server))
                    #expect(try ours == fields(other))
                    #expect(!ours.contains(Array("forged".utf8)))
                }
            }
            try postgres.insertRows(in: .api, stream: "caracal.policy.invalidate", payload: #"{"zone_id":"z"}"#)
            try postgres.sql(
                """
                UPDATE event_outbox SET payload_json = jsonb_build_object('zone_id', repeat('é', 3000000))
                WHERE stream_name = 'caracal.policy.invalidate'
                """
            )
            // Without optimisation this takes a processor for three seconds.
            var patient = runner
            patient.timeout = .seconds(300)
            #expect(try patient.run(["outbox", "dispatch", "--yes"]).status == 0)
            let entry = try server.send("XRANGE caracal.policy.invalidate - +")[0].root[0]?[1]
            #expect(entry?[3]?.text?.count == 6_000_000)
        }
    }

    /// The key of a table is text: nobody promises that it is a UUID.
    @Test func idsThatAreNoUUIDsAreRowsToo() throws {
        try withBoth { runner, server, postgres in
            try postgres.insertRows(2, in: .coordinator)
            try postgres.sql(
                """
                UPDATE caracal_outbox SET id = (ARRAY['row 1', '019B8414-9F07-7D6E-8D35-C5A5F5C6C6A1'])[n] FROM
                (SELECT id AS old, row_number() OVER (ORDER BY id) AS n FROM caracal_outbox) o WHERE id = old
                """
            )
            #expect(try publish(.coordinator, postgres, server) == 2)
            expect(
                try runner.run(["outbox", "reconcile"]),
                status: 0,
                stdout: ReconcileOutput.title(server, postgres) + "2 rows compared: 2 present\n"
            )
            let shown = try runner.run(["outbox", "show", "row 1"])
            #expect(shown.status == 0 && shown.stdout.contains(" in sessions.revoke\n"), "\(shown)")
            try server.send("DEL caracal.sessions.revoke")
            let lost = try runner.run(["outbox", "reconcile", "--columns", "id,status", "--no-headers"])
            #expect(lost.status == 1)
            #expect(lost.stdout.hasSuffix("2 rows compared: 0 present, 2 lost\n"), "\(lost.stdout)")
            #expect(lost.stdout.contains("row 1 "))
            #expect(try runner.run(["outbox", "requeue", "row 1", "--yes"]).status == 0)
            #expect(
                try postgres.sql("SELECT id, status FROM caracal_outbox WHERE status = 'pending'") == ["row 1|pending"]
            )
        }
    }

    /// Between the plan and the answer.
    @Test func aRowThatIsDeletedWhileTheQuestionStandsIsSaid() throws {
        try withBoth { runner, _, postgres in
            let ids = try postgres.insertRows(2, in: .api, .dead(), spacing: 1)
            var runner = runner
            runner.environment["NO_COLOR"] = "1"
            let command = try runner.startInTerminal(
                ["outbox", "requeue", "--dead", "--columns", "id,result"],
                columns: 120
            )
            try command.waitForOutput("[y/N] ")
            try postgres.sql("DELETE FROM event_outbox WHERE id = '\(ids[0])'")
            command.type("y\n")
            let result = try command.finish()
            #expect(result.status == 1)
            #expect(result.stdout.contains("\(ids[0])  deleted"), "\(result.stdout)")
            #expect(result.stdout.contains("\(ids[1])  requeued"), "\(result.stdout)")
            #expect(try postgres.sql("SELECT id, attempts FROM event_outbox") == ["\(ids[1])|0"])
        }
    }

    // MARK: Clocks and servers

    /// The clock of the database is ten minutes off that of Redis, either way: no row is called lost, and each that is, is.
    @Test(arguments: [("+", "the database", "Redis"), ("-", "Redis", "the database")])
    func clocksMayBeTenMinutesApart(sign: String, fast: String, slow: String) throws {
        try withBoth { runner, server, postgres in
            try postgres.sql(
                """
                CREATE FUNCTION public.now() RETURNS timestamptz STABLE LANGUAGE sql
                    AS $$ SELECT pg_catalog.now() \(sign) interval '10 minutes' $$;
                ALTER ROLE caracal SET search_path = public, pg_catalog
                """
            )
            for outbox in TestOutbox.allCases {
                let stream = outbox == .api ? "caracal.keys.invalidate" : "caracal.sessions.revoke"
                try postgres.insertRows(3, in: outbox, stream: stream, secondsAgo: 5, spacing: 1)
                #expect(try publish(outbox, postgres, server) == 3)
            }
            let warning = """
                caracalctl: warning: the clock of \(fast) is 10m ahead of that of \(slow): taken into account

                """
            for options in [[], ["--since", "1h"]] {
                let result = try runner.run(["outbox", "reconcile"] + options)
                #expect(result.status == 0, "\(result)")
                #expect(result.stdout == ReconcileOutput.title(server, postgres) + "6 rows compared: 6 present\n")
                #expect(Self.rounded(result.stderr) == warning, "\(result.stderr)")
            }
            try server.send("DEL caracal.sessions.revoke")
            let lost = try runner.run(["outbox", "reconcile", "-o", "json"])
            #expect(lost.status == 1)
            #expect(lost.stdout.contains(#""lost": 3,"#), "\(lost.stdout)")
        }
    }

    /// What was measured may lack a moment, or many on a slow machine.
    private static func rounded(_ text: String) -> String { text.replacing(#/ 9m[0-9]{2}s /#, with: " 10m ") }

    /// A replica may lack what its master has.
    @Test func onAReplicaNothingIsCalledLost() throws {
        try withBoth { runner, server, postgres in
            try postgres.insertRows(2, in: .coordinator)
            #expect(try publish(.coordinator, postgres, server) == 2)
            try server.send("DEL caracal.sessions.revoke", "REPLICAOF 127.0.0.1 1")
            let result = try runner.run(["outbox", "reconcile", "-o", "json"])
            #expect(result.status == 0, "\(result)")
            #expect(result.stdout.contains(#""lost": 0,"#) && result.stdout.contains(#""unknown": 2,"#), "\(result)")
            expect(
                try runner.run(["outbox", "reconcile", "--requeue", "--yes"]),
                status: 0,
                stderr: """
                    caracalctl: note: nothing is lost, and 2 unknown (not returned: their entries may be there still): \
                    nothing was changed

                    """
            )
        }
    }

    /// A stream that is in no table of Caracal's is one all the same.
    @Test func rowsOfAStreamOutsideTheTableAreReconciled() throws {
        try withBoth { runner, server, postgres in
            try server.send("XADD other 1-0 a b")
            let ids = try postgres.insertRows(2, in: .api, stream: "other")
            #expect(try publish(.api, postgres, server) == 2)
            expect(
                try runner.run(["outbox", "reconcile"]),
                status: 0,
                stdout: ReconcileOutput.title(server, postgres) + "2 rows compared: 2 present\n"
            )
            try server.send("DEL other")
            let lost = try runner.run(["outbox", "reconcile", "--columns", "stream,id,status", "--no-headers"])
            #expect(lost.status == 1)
            #expect(ids.allSatisfy { lost.stdout.contains("other  \($0)  lost") }, "\(lost.stdout)")
        }
    }
}
