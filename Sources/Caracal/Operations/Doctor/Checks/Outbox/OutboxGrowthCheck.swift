import Text

extension HealthCheck {
    static let outboxGrowth = HealthCheck(
        "outbox-growth",
        subject: "The size of event_outbox, from which nobody deletes published rows.",
        reason: """
            The API's table only grows: VACUUM, backups and whatever reads it without an index take longer and longer. The \
            Coordinator deletes its published rows after seven days. A million rows or 1 GiB is a note, ten times that a \
            warning.
            """,
        remedy: """
            Delete rows that were published long ago, some ten thousand at a time. Keep those that outbox reconcile may \
            have to compare with the streams: what a backup of Redis may be older than.
            """,
        urgency: .later
    ) { (sight: OutboxSight<OutboxExamination>) in
        OutboxInspection.tables(sight, of: [.api]) { table, _, outboxes in
            guard let growth = outboxes.growth else { return [OutboxInspection.unseen("the size", of: table)] }
            let isLarge = { (factor: UInt64) in
                growth.bytes >= factor << 30 || (growth.rows ?? 0) >= factor * 1_000_000
            }
            guard isLarge(1) else { return [] }
            let rows: TerminalText = growth.rows.map { ", about \(Words.number($0)) rows" } ?? ""
            let fix: TerminalText = """
                psql "$DATABASE_URL" -c "DELETE FROM event_outbox WHERE id IN (SELECT id FROM event_outbox WHERE dispatched_at < \
                now() - interval '30 days' ORDER BY id LIMIT 10000)" # repeat until DELETE 0
                """
            return [
                CheckOutcome(
                    isLarge(10) ? .warning : .note,
                    "event_outbox has \(Words.bytes(growth.bytes))\(rows), and nobody deletes from it",
                    evidence: growth.oldest.map { "the oldest row is of \(moment: $0)" },
                    fix: fix
                )
            ]
        }.or("event_outbox is of moderate size")
    }
}
