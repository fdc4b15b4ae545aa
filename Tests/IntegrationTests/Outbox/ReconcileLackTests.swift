import RedisSandbox
import TestSupport
import Testing

/// `outbox reconcile` where not all can be compared: one of the tables, a time, all streams at once.
@Suite struct ReconcileLackTests {
    private static let head = "ID                                    STATUS\n"

    /// The role that may only read, and return, rows of the API.
    private static let narrow = """
        CREATE ROLE narrow LOGIN PASSWORD '$password'; GRANT SELECT, UPDATE ON event_outbox TO narrow
        """

    /// One row that is lost, and an entry for which every table that there is has to be asked: its row waits.
    @Test(
        arguments: [
            (
                "DROP TABLE caracal_outbox", "caracal",
                "the database has no table caracal_outbox (the Coordinator's outbox)", 0
            ),
            (
                narrow, "narrow",
                "the role may not read caracal_outbox (the Coordinator's outbox): permission denied for table caracal_outbox",
                77
            ),
        ] as [(String, String, String, Int32)]
    )
    func theOtherTableIsComparedAlone(change: String, role: String, problem: String, status: Int32) throws {
        try withServer { server in
            try withPostgres { postgres in
                let stream = Published.stream(.api)
                let lost = try postgres.insertRows(in: .api, .published, stream: stream)[0]
                let inHand = try postgres.insertRows(in: .api, .locked(by: "w", forSeconds: 600), stream: stream)[0]
                try server.send("XADD \(stream) * outbox_id \(inHand) zone_id z")
                try postgres.sql(change.replacing("$password", with: postgres.password))
                var runner = CommandRunner(for: server, postgres)
                runner.environment["DATABASE_URL"] = postgres.url(role: role, password: postgres.password)
                let warning = "caracalctl: warning: \(problem)\n"
                expect(
                    try runner.run(["outbox", "reconcile", "--columns", "id,status"]),
                    status: 1,
                    stdout: ReconcileOutput.title(server, postgres) + Self.head
                        + "\(lost)  lost\n1 row compared: 0 present, 1 lost\n",
                    stderr: warning + ReconcileOutput.unchecked
                )
                expect(
                    try runner.run(["outbox", "reconcile", "--requeue", "--yes", "--columns", "id,result"]),
                    status: status,
                    stdout: "ID                                    RESULT\n\(lost)  requeued\n",
                    stderr: warning + ReconcileOutput.unchecked + warning
                        + "caracalctl: warning: 1 row was published before: consumers may get such a message twice\n"
                        + "caracalctl: note: the API publishes it next; while it is down: caracalctl outbox dispatch --outbox api\n"
                )
                // An entry that has no row anywhere is one all the same.
                try server.send("XADD \(stream) * outbox_id nobody zone_id z")
                let orphan = try runner.run(["outbox", "reconcile", "--columns", "id,status", "--no-headers"])
                expect(
                    orphan,
                    status: status,
                    stdout: ReconcileOutput.title(server, postgres)
                        + "nobody  orphan\n0 rows compared: 0 present, 1 orphan\n",
                    stderr: warning + ReconcileOutput.unchecked
                )
            }
        }
    }

    /// Nothing tells whether the entry of such a row was trimmed.
    @Test(arguments: [
        (TestOutbox.api, "UPDATE event_outbox SET dispatched_at = 'infinity' WHERE id = '$id'"),
        (.coordinator, "UPDATE caracal_outbox SET published_at = NULL WHERE id = '$id'"),
    ])
    func aRowThatDoesNotTellWhenItWasPublishedIsUnknown(outbox: TestOutbox, change: String) throws {
        try Published.with(1) { runner, server, postgres, _ in
            let id = try postgres.insertRows(in: outbox, .published, stream: Published.stream(outbox))[0]
            try postgres.sql(change.replacing("$id", with: id))
            expect(
                try runner.run(["outbox", "reconcile", "--columns", "id,status,evidence", "--no-headers"]),
                status: 0,
                stdout: ReconcileOutput.title(server, postgres)
                    + "\(id)  unknown  the row does not tell when it was published\n3 rows compared: 2 present, 1 unknown\n",
                stderr: ReconcileOutput.unchecked
            )
            // It is not there, and so it can be returned.
            let result = try runner.run([
                "outbox", "reconcile", "--requeue", "--unknown", "--dry-run", "--columns", "id,result",
            ])
            #expect(result.status == 0, "\(result)")
            #expect(result.stdout == "ID                                    RESULT\n\(id)  planned\n", "\(result)")
        }
    }

    @Test func moreStreamsThanCanBeToldApartAreNamedWithAnOption() throws {
        try Published.with(1) { runner, server, postgres, _ in
            try postgres.sql(
                """
                INSERT INTO event_outbox (id, stream_name, payload_json, dispatched_at)
                SELECT 'id-' || n, 'other.' || n, '{}', now() FROM generate_series(1, 300) n
                """
            )
            let result = try runner.run(["outbox", "reconcile", "-n", "1"])
            #expect(result.status == 78, "\(result)")
            let message =
                "published rows are for more than 255 streams: name those to compare with --stream; the rest was not compared"
            #expect(result.stderr.hasSuffix("caracalctl: \(message)\n"), "\(result.stderr)")
            expect(
                try runner.run(["outbox", "reconcile", "--stream", "keys.invalidate"]),
                status: 0,
                stdout: ReconcileOutput.title(server, postgres) + "1 row compared: 1 present\n",
                stderr: ReconcileOutput.unchecked
            )
        }
    }

    /// A time that no Postgres, and one that no UUIDv7 has.
    @Test(arguments: ["9999999999999999", "18446744073709551615", "300000000000000"])
    func aTimeBeyondAllIsATime(_ time: String) throws {
        try Published.with(1) { runner, server, postgres, _ in
            let id = try postgres.insertRows(in: .api)[0]
            let title = ReconcileOutput.title(server, postgres)
            for (option, rows, list) in [
                ("--until", "2 rows compared: 2 present\n", "ID\n\(id)\n"),
                ("--since", "0 rows compared: 0 present\n", "no rows\n"),
            ] {
                expect(
                    try runner.run(["outbox", "reconcile", option, time]),
                    status: 0,
                    stdout: title + rows,
                    stderr: ReconcileOutput.unchecked
                )
                expect(try runner.run(["outbox", "ls", option, time, "--columns", "id"]), status: 0, stdout: list)
            }
        }
    }

    /// A row that was made within the millisecond, behind its beginning.
    @Test func untilTakesInItsWholeMillisecond() throws {
        try Published.with(1) { runner, server, postgres, ids in
            let made = try postgres.sql(
                """
                UPDATE event_outbox SET created_at = date_trunc('milliseconds', created_at) + interval '901 microseconds'
                RETURNING floor(extract(epoch FROM created_at) * 1000)::bigint
                """
            )
            let time = try #require(made.first.flatMap(UInt64.init))
            for (until, present) in [(time, "1 row compared: 1 present\n"), (time - 1, "0 rows compared: 0 present\n")]
            {
                expect(
                    try runner.run(["outbox", "reconcile", "--stream", "keys.invalidate", "--until", "\(until)"]),
                    status: 0,
                    stdout: ReconcileOutput.title(server, postgres) + present,
                    stderr: ReconcileOutput.unchecked
                )
            }
        }
    }
}
