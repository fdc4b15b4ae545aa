import Postgres
import TestSupport
import Testing

@testable import Caracal
@testable import Redis

/// What is recorded of rows that were taken, where the answer to it was lost.
@Suite struct RowClaimsTests {
    private static let stream = Array("caracal.sessions.revoke".utf8)

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
                #expect(try claims.record(failed, on: database) == DispatchRecord.Result())
                #expect(try attempts() == ["1", "1", "1"])
            }
            try postgres.sql("UPDATE \(outbox.name) SET available_at = now() - interval '1 second'")
            let last = try claims.claim([Self.stream], on: database)
            let mixed = DispatchRecord(last, [.published(.zero)] + last.dropFirst().map { _ in .failed(.notSent) })
            for _ in 1...2 {
                let result = try claims.record(mixed, on: database)
                #expect(Set(result.dead) == Set(last.dropFirst().map(\.id)))
                #expect(result.unmarked.isEmpty)
                #expect(try attempts() == ["2", "2", "2"])
            }
        }
    }
}
