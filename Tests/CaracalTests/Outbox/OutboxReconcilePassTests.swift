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

    /// What happens in the database while the stream is read, and how many rows are invalid then of the forty that had been.
    static let changes: [(change: String, checked: UInt64, invalid: UInt64)] = [
        ("SELECT 1", 40, 40),
        ("UPDATE event_outbox SET dispatched_at = NULL WHERE id = '$id'", 39, 39),
        ("DELETE FROM event_outbox WHERE id = '$id'", 39, 39),
        ("UPDATE event_outbox SET stream_name = 'caracal.sessions.revoke' WHERE id = '$id'", 39, 39),
        ("UPDATE event_outbox SET attempts = attempts + 1 WHERE id = '$id'", 40, 40),
        ("UPDATE event_outbox SET payload_json = '{\"outbox_id\": \"x\"}' WHERE id = '$id'", 40, 39),
        (
            """
            INSERT INTO event_outbox (id, stream_name, payload_json, dispatched_at) \
            VALUES ('01000000-0000-7000-8000-000000000000', 'caracal.keys.invalidate', '{}', now())
            """, 40, 40
        ),
        (
            """
            INSERT INTO event_outbox (id, stream_name, payload_json, dispatched_at) \
            VALUES ('01000000-0000-7000-8000-000000000000', 'caracal.keys.invalidate', '{}', now());
            DELETE FROM event_outbox WHERE id = '$id'
            """, 39, 39
        ),
    ]

    /// Rows are not called invalid that somebody changes meanwhile, whether another transaction is open all the while or not.
    @Test(arguments: changes, [false, true])
    func whatIsChangedMeanwhileIsNotInvalid(
        _ case: (change: String, checked: UInt64, invalid: UInt64),
        besideAnother: Bool
    ) throws {
        try withServer { server in
            try withPostgres { postgres in
                let other = try postgres.connect(writing: true)
                try other.begin(.writes)
                if besideAnother { _ = try other.query("SELECT txid_current()") }
                let ids = try postgres.insertRows(40, in: .api, .published, stream: "caracal.keys.invalidate")
                let connection = try server.connect()
                for id in ids { try connection.run("XADD caracal.keys.invalidate * outbox_id \(id) zone_id z") }
                var isChanged = false
                let report = try OutboxReconcile(limit: 2).run(
                    on: try postgres.connect(),
                    ReconnectingChannel(connection),
                    judge: EntryJudge(keys: SignatureKeys(), rules: SignatureRules())
                ) { progress in
                    guard !isChanged, progress.subject.starts(with: Array("caracal.".utf8)) else { return }
                    isChanged = true
                    // One that is not listed.
                    let id = ids.sorted()[30]
                    _ = try postgres.sql(`case`.change.split(separator: "$id").joined(separator: id))
                }
                #expect(report.ending == .complete)
                #expect(report.checked == `case`.checked)
                #expect(report.counts[.invalid] == `case`.invalid)
                #expect(report.counts[.unknown] ?? 0 == `case`.checked - `case`.invalid)
                other.rollBack()
            }
        }
    }
}
