import RedisSandbox
import TestSupport
import Testing

/// Settings of the database and options at their ends.
@Suite struct OutboxLimitTests {
    private static let most = "9223372036854775807"

    @Test(arguments: [
        ["ls"], ["ls", "--where", "zone_id=z-1"], ["requeue", "--dead", "--dry-run"], ["unlock", "--dry-run"],
    ])
    func theGreatestNumberIsALimit(command: [String]) throws {
        try withPostgres { postgres in
            let id = try postgres.insertRows(in: .api, .dead())[0]
            try postgres.sql("UPDATE event_outbox SET locked_by = 'w', locked_until = now() - interval '1 minute'")
            try postgres.sql(
                "UPDATE event_outbox SET available_at = now()\(command == ["unlock", "--dry-run"] ? "" : " WHERE false")"
            )
            let runner = CommandRunner(for: postgres)
            let result = try runner.run(["outbox"] + command + ["-n", Self.most, "--columns", "id", "--no-headers"])
            #expect(result.status == 0, "\(result)")
            #expect(result.stdout == "\(id)\n", "\(result)")
        }
    }

    @Test(arguments: ["600h", "\(most)ms"])
    func theServerWaitsAsLongAsItCan(_ timeout: String) throws {
        try withPostgres { postgres in
            expect(
                try CommandRunner(for: postgres).run(["outbox", "ls", "--timeout", timeout]),
                status: 0,
                stdout: "no rows\n"
            )
        }
    }

    /// In this zone and these styles the text of a time is no time, or another one.
    @Test(arguments: ["SQL, DMY", "German", "Postgres, MDY"])
    func timesAreReadInEveryStyleOfTheDatabase(_ style: String) throws {
        try withPostgres { postgres in
            let ids = try postgres.insertRows(250, in: .api, stream: "caracal.keys.invalidate", spacing: 0.1)
            try postgres.sql(
                "ALTER ROLE caracal SET datestyle = '\(style)'; ALTER ROLE caracal SET timezone = 'Asia/Kolkata'"
            )
            let list = ["outbox", "ls", "--where", "zone_id=z-1", "-n", "1000", "--columns", "id", "--no-headers"]
            let option = style.split(separator: ",")[0]
            let settings: [[String: String]] = [
                [:], ["PGOPTIONS": "-c datestyle=\(option)"], ["PGDATESTYLE": String(option)],
            ]
            for setting in settings {
                var runner = CommandRunner(for: postgres)
                runner.environment.merge(setting) { $1 }
                expect(try runner.run(list), status: 0, stdout: ids.map { "\($0)\n" }.joined())
            }
            var runner = CommandRunner(for: postgres)
            runner.environment["DATABASE_URL", default: ""] += "?options=-c%20datestyle%3D\(option)"
            expect(try runner.run(list), status: 0, stdout: ids.map { "\($0)\n" }.joined())
        }
    }
}
