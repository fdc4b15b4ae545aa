import Postgres
import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal

/// A comparison that settles what it has before it reads on.
@Suite struct OutboxReconcilePassTests {
    /// The dead letter of a row that is not read yet is not taken for one of those that were.
    @Test func aDeadLetterCountsForItsRowOnceThatIsRead() throws {
        try withServer { server in
            try withPostgres { postgres in
                // Old rows without entries are kept from some 80,000 on.
                let (first, count) = (
                    try postgres.insertRows(in: .coordinator, .published, secondsAgo: 7_200)[0], 90_000
                )
                try postgres.insertRows(count, in: .coordinator, .published, secondsAgo: 60)
                let last = try postgres.insertRows(in: .coordinator, .published, secondsAgo: 30)[0]
                try postgres.sql(
                    """
                    UPDATE \(TestOutbox.coordinator.table) SET published_at = now() - interval '2 hours' \
                    WHERE id = '\(last)'
                    """
                )
                let letter = "XADD caracal.sessions.revoke.dead * original_id 1-1 error x values"
                let connection = try server.connect()
                for _ in 0..<2 { try connection.run("XADD caracal.sessions.revoke * a b") }
                try connection.run("XTRIM caracal.sessions.revoke MAXLEN 1")
                for id in [first, last] { try connection.run("\(letter) {\"outbox_id\":\"\(id)\"}") }
                var reconcile = OutboxReconcile(limit: 2)
                reconcile.keptRoom = 1
                let report = try reconcile.run(
                    on: try postgres.connect(),
                    ReconnectingChannel(connection),
                    judge: nil
                ) { _ in }
                #expect(report.ending == .complete)
                #expect(report.checked == UInt64(count) + 2)
                #expect(report.counts == [.unknown: UInt64(count)])
                #expect(report.present == 2)
                // One in the stream, and two dead letters.
                #expect(report.entries == 3)
            }
        }
    }
}
