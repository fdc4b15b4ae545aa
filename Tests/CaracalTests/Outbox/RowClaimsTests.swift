import Postgres
import TestSupport
import Testing

@testable import Caracal
@testable import Redis

/// What is recorded of rows that were taken, where the answer to it was lost.
@Suite struct RowClaimsTests {
    private static let stream = Array("caracal.sessions.revoke".utf8)

    private func recorded(
        _ record: DispatchRecord,
        _ claims: RowClaims,
        _ database: PostgresConnection
    ) throws -> DispatchRecord.Result {
        var result = DispatchRecord.Result(unmarked: record.published)
        try claims.record(record, &result, on: database)
        return result
    }

    /// The API's rows are marked by a statement of their own, and stay so when the next one is refused; the Coordinator's are marked in the
    /// transaction that is undone then.
    @Test(arguments: [(TestOutbox.api, OutboxTable.api, true), (.coordinator, .coordinator, false)])
    func whatIsMarkedBeforeARefusalIsKnownToBeMarked(rows: TestOutbox, outbox: OutboxTable, stays: Bool) throws {
        try withPostgres { postgres in
            try postgres.insertRows(2, in: rows)
            let database = try postgres.connect(writing: true)
            let claims = RowClaims(outbox: outbox, rules: .standard(of: outbox), worker: Array("w".utf8))
            let taken = try claims.claim([Self.stream], on: database)
            let mixed = DispatchRecord(taken, [.published(.zero), .failed(.notSent)])
            // No attempt that failed can be recorded.
            try postgres.sql(
                """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
                CREATE TRIGGER refuse BEFORE UPDATE ON \(outbox.name) FOR EACH ROW
                    WHEN (NEW.available_at > OLD.available_at) EXECUTE FUNCTION refuse()
                """
            )
            var result = DispatchRecord.Result(unmarked: mixed.published)
            #expect(throws: PostgresError.self) { try claims.record(mixed, &result, on: database) }
            #expect(result == DispatchRecord.Result(unmarked: stays ? [] : mixed.published))
            let marked = try postgres.sql("SELECT id FROM \(outbox.name) WHERE \(outbox.condition(.published))")
            #expect(marked == (stays ? mixed.published.map(\.readable) : []))
        }
    }

    @Test(arguments: [(TestOutbox.api, OutboxTable.api), (.coordinator, .coordinator)])
    func whatIsRecordedAgainCountsOnce(rows: TestOutbox, outbox: OutboxTable) throws {
        try withPostgres { postgres in
            let ids = try postgres.insertRows(3, in: rows).map { Array($0.utf8) }
            let database = try postgres.connect(writing: true)
            var rules = DispatchRules.standard(of: outbox)
            rules.maxAttempts = 2
            let claims = RowClaims(outbox: outbox, rules: rules, worker: Array("w".utf8))
            func attempts() throws -> [String] {
                try postgres.sql("SELECT attempts FROM \(outbox.name) ORDER BY created_at, id")
            }
            let first = try claims.claim([Self.stream], on: database)
            #expect(Set(first.map(\.id)) == Set(ids))
            let failed = DispatchRecord(first, first.map { _ in .failed(.notSent) })
            for _ in 1...2 {
                #expect(try recorded(failed, claims, database) == DispatchRecord.Result())
                #expect(try attempts() == ["1", "1", "1"])
            }
            try postgres.sql("UPDATE \(outbox.name) SET available_at = now() - interval '1 second'")
            let last = try claims.claim([Self.stream], on: database)
            let mixed = DispatchRecord(last, [.published(.zero)] + last.dropFirst().map { _ in .failed(.notSent) })
            for _ in 1...2 {
                let result = try recorded(mixed, claims, database)
                #expect(Set(result.dead) == Set(last.dropFirst().map(\.id)))
                #expect(result.unmarked.isEmpty)
                #expect(try attempts() == ["2", "2", "2"])
            }
        }
    }
}
