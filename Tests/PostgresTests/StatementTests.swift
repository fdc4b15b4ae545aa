import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Postgres

@Suite struct StatementTests {
    @Test func valuesArriveAsTheyWereGiven() throws {
        try withPostgres { postgres throws in
            let connection = try connect(postgres)
            let large = [UInt8](repeating: UInt8(ascii: "x"), count: 3_000_000)
            let texts = ["", "a\"b\\c,{}", "NULL", "é\n"].map { Array($0.utf8) }
            let rows = try connection.query(
                "SELECT $1::text, $2::text, $3::bigint, $4::boolean, $5::text, $6::text[] = ARRAY['', $7, 'NULL', E'é\\n']",
                ["it's; -- é", .null, .integer(.min), true, .bytes(large), .texts(texts), .text("a\"b\\c,{}")]
            )
            let row = try #require(rows.first)
            #expect(rows.count == 1)
            #expect(row.text(0) == "it's; -- é")
            #expect(row.isNull(1) && row.text(1) == nil && row.bytes(1) == nil && row.integer(1) == nil)
            #expect(row.integer(2) == .min && row.boolean(3) == true && row.boolean(5) == true)
            #expect(row.withBytes(4) { $0?.elementsEqual(large) } == true)
        }
    }

    @Test func anEmptyTextIsNotNull() throws {
        try withPostgres { postgres throws in
            let row = try #require(try connect(postgres).query("SELECT ''::text").first)
            #expect(!row.isNull(0) && row.bytes(0) == [])
        }
    }

    @Test func aNULIsRefusedAndNotCutOff() throws {
        try withPostgres { postgres throws in
            let connection = try connect(postgres)
            let error = failure { () throws(PostgresError) in try connection.query("SELECT $1::text", ["a\0b"]) }
            #expect(error?.refusal?.state == "22021")
            #expect(try connection.query("SELECT 1").count == 1)
        }
    }

    @Test func changesAreCounted() throws {
        try withPostgres { postgres throws in
            try postgres.insertRows(5, in: .coordinator)
            let connection = try connect(postgres, writing: true)
            let changed = try connection.execute("UPDATE caracal_outbox SET attempts = 7 WHERE attempts < $1", [7])
            #expect(changed.affected == 5 && changed.isEmpty)
            let returned = try connection.execute("DELETE FROM caracal_outbox RETURNING attempts")
            #expect(returned.affected == 5 && returned.map { $0.integer(0) } == [7, 7, 7, 7, 7])
            #expect(try connection.execute("DELETE FROM caracal_outbox").affected == 0)
        }
    }

    @Test func aSessionThatLooksCannotWrite() throws {
        try withPostgres { postgres throws in
            try postgres.insertRows(1, in: .api)
            let connection = try connect(postgres)
            let error = failure { () throws(PostgresError) in try connection.execute("DELETE FROM event_outbox") }
            #expect(error?.refusal?.kind == .readOnly)
            #expect(error?.isUnknownWrite == false)
            #expect(try postgres.sql("SELECT count(*) FROM event_outbox") == ["1"])
        }
    }

    @Test func whatIsMissingIsNamed() throws {
        try withPostgres { postgres throws in
            let connection = try connect(postgres)
            let refusal = { (statement: String) in
                failure { () throws(PostgresError) in try connection.query(statement) }?.refusal
            }
            let table = refusal("SELECT id FROM no_outbox")
            #expect(table?.kind == .undefinedTable && table?.name == "no_outbox")
            let column = refusal("SELECT o.id, o.locked_till FROM event_outbox o")
            #expect(column?.kind == .undefinedColumn && column?.name == "o.locked_till")
            #expect(try connection.query("SELECT 1").count == 1, "the session goes on")
        }
    }

    @Test func aRoleWithoutRightsIsToldOnWhat() throws {
        try withPostgres { postgres throws in
            try postgres.sql("GRANT SELECT (id) ON event_outbox TO caracalsts")
            let connection = try connect(postgres, as: "caracalsts")
            let refusal = { (statement: String) in
                failure { () throws(PostgresError) in try connection.query(statement) }?.refusal
            }
            #expect(try connection.query("SELECT id FROM event_outbox").isEmpty)
            let table = refusal("SELECT id FROM caracal_outbox")
            #expect(table?.kind == .notPermitted)
            #expect(table?.message == Array("permission denied for table caracal_outbox".utf8))
            #expect(refusal("SELECT payload_json FROM event_outbox")?.kind == .notPermitted)
        }
    }

    @Test func theServerEndsWhatTakesTooLong() throws {
        try withPostgres { postgres throws in
            // The server ends it after nine tenths of that, and may take its time to say so.
            let timeouts = Timeouts(connect: .seconds(30), command: .seconds(2))
            let connection = try connect(postgres, timeouts: timeouts)
            let error = failure { () throws(PostgresError) in
                try connection.query("SELECT pg_sleep(600)", until: .after(.seconds(60)))
            }
            #expect(error?.refusal?.kind == .cancelled && error?.refusal?.state == "57014")
            #expect(try connection.query("SELECT 1").count == 1, "the session goes on")
        }
    }

    @Test func whatNobodyWaitsForIsCancelled() throws {
        try withPostgres { postgres throws in
            let connection = try connect(postgres)
            let error = failure { () throws(PostgresError) in
                try connection.query("SELECT pg_sleep(600)", until: .after(.milliseconds(100)))
            }
            #expect(error?.cause == .link(.timedOut(after: .milliseconds(100))))
            #expect(!connection.isOpen)
            #expect(try isGone("pg_sleep", postgres))
        }
    }

    /// A write that is cancelled in time has not happened, and nobody has to wonder.
    @Test func aWriteThatIsCancelledIsKnownNotToHaveHappened() throws {
        try withPostgres { postgres throws in
            try postgres.insertRows(1, in: .api)
            let connection = try connect(postgres, writing: true)
            let error = failure { () throws(PostgresError) in
                try connection.execute(
                    "DELETE FROM event_outbox WHERE pg_sleep(600) IS NOT NULL",
                    until: .after(.milliseconds(100))
                )
            }
            #expect(error?.refusal?.kind == .cancelled)
            #expect(error?.isUnknownWrite == false)
            #expect(try postgres.sql("SELECT count(*) FROM event_outbox") == ["1"])
        }
    }

    @Test func whoIsTerminatedIsToldSo() throws {
        try withPostgres { postgres throws in
            let connection = try connect(postgres, writing: true)
            let ending = "SELECT pg_terminate_backend(pg_backend_pid())"
            let looking = failure { () throws(PostgresError) in try connection.query(ending) }
            #expect(looking?.refusal?.kind == .terminated && looking?.isUnknownWrite == false)
            #expect(!connection.isOpen)
            let another = try connect(postgres, writing: true)
            let writing = failure { () throws(PostgresError) in try another.execute(ending) }
            #expect(writing?.refusal?.kind == .terminated && writing?.isUnknownWrite == true)
            let closed = failure { () throws(PostgresError) in try another.query("SELECT 1") }
            #expect(closed?.cause == .link(.disconnected(reason: nil)) && closed?.phase == .sending)
        }
    }

    /// Whether no session runs such a statement, now or soon.
    private func isGone(_ words: String, _ postgres: PostgresServer) throws -> Bool {
        let watcher = try connect(postgres)
        for _ in 0..<10_000 {
            let others = try watcher.query(
                "SELECT 1 FROM pg_stat_activity WHERE query LIKE $1 AND pid <> pg_backend_pid() AND state = 'active'",
                [.text("%\(words)%")]
            )
            if others.isEmpty { return true }
        }
        return false
    }
}
