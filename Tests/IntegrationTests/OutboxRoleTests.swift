import Caracal
import RedisSandbox
import TestSupport
import Testing

/// The roles of `outbox --emit-grants` on a real database: each command works with them, and no right of theirs is one too many.
@Suite struct OutboxRoleTests {
    private static let keys = ["STREAMS_HMAC_KEY": String(repeating: "5", count: 64)]

    /// A role with its rights, and a password.
    private func give(_ role: OutboxRole, on postgres: PostgresServer) throws {
        let emitted = try CommandRunner().run(["outbox", "--emit-grants", role.rawValue])
        #expect(emitted.status == 0)
        try postgres.sql(emitted.stdout + "ALTER ROLE \(role.user) PASSWORD '\(postgres.password)'")
    }

    /// The statuses of what a role does, with new rows in both tables each time.
    private func statuses(
        _ commands: [[String]],
        as role: OutboxRole,
        _ postgres: PostgresServer,
        _ server: SandboxServer
    ) throws -> [Int32] {
        var runner = CommandRunner(for: server, postgres, role: role.user)
        runner.environment.merge(Self.keys) { $1 }
        return try commands.map { command in
            try postgres.sql("DELETE FROM event_outbox; DELETE FROM caracal_outbox")
            for outbox in TestOutbox.allCases {
                try postgres.insertRows(2, in: outbox)
                try postgres.insertRows(2, in: outbox, .dead())
            }
            try postgres.insertRows(1, in: .api, .locked(by: "api-1", forSeconds: -60))
            return try runner.run(command).status
        }
    }

    private static let looks = [["outbox"], ["outbox", "ls"]]
    private static let changes = [
        ["outbox", "requeue", "--dead", "--yes"], ["outbox", "unlock", "--yes"],
        ["outbox", "dispatch", "--once", "--yes"],
    ]

    @Test func anObserverLooksAndChangesNothing() throws {
        try withPostgres { postgres throws in
            try withServer { server throws in
                _ = try CommandRunner(for: server).run(["provision"])
                try give(.observer, on: postgres)
                #expect(try statuses(Self.looks, as: .observer, postgres, server).allSatisfy { $0 <= 1 })
                #expect(try statuses(Self.changes, as: .observer, postgres, server) == [77, 77, 77])
            }
        }
    }

    @Test func anOperatorDoesEverything() throws {
        try withPostgres { postgres throws in
            try withServer { server throws in
                _ = try CommandRunner(for: server).run(["provision"])
                try give(.operator, on: postgres)
                let done = try statuses(Self.looks + Self.changes, as: .operator, postgres, server)
                #expect(done.allSatisfy { $0 <= 1 }, "\(done)")
            }
        }
    }

    /// Without any one of its columns a command of the operator is refused.
    @Test(arguments: [
        ("event_outbox", ["attempts", "available_at", "dispatched_at", "last_error", "locked_by", "locked_until"]),
        ("caracal_outbox", ["attempts", "available_at", "published_at", "status", "updated_at"]),
    ])
    func noColumnOfTheOperatorIsOneTooMany(table: String, columns: [String]) throws {
        try withPostgres { postgres throws in
            try withServer { server throws in
                _ = try CommandRunner(for: server).run(["provision"])
                try give(.operator, on: postgres)
                for column in columns {
                    try postgres.sql("REVOKE UPDATE (\(column)) ON \(table) FROM caracal_operator")
                    let done = try statuses(Self.changes, as: .operator, postgres, server)
                    #expect(done.contains(77), "\(column): \(done)")
                    try postgres.sql("GRANT UPDATE (\(column)) ON \(table) TO caracal_operator")
                }
            }
        }
    }

    @Test func anUnknownRoleIsAMistake() throws {
        let result = try CommandRunner().run(["outbox", "--emit-grants", "admin"])
        #expect(result.status == 64)
        #expect(result.stderr.contains("--emit-grants is observer or operator"))
    }
}
