import Text

extension HealthCheck {
    static let outboxRetrying = HealthCheck(
        "outbox-retrying",
        subject: "Whether rows could not be published and are to be tried again, and why.",
        reason: """
            The Coordinator gives a row up after ten attempts, the API after a hundred: what is retried now is dead later. Only \
            the API keeps the error.
            """,
        remedy: "Fix what the error names: Redis full, a replica, away, or a right that the service lacks."
    ) { (sight: OutboxSight<OutboxExamination>) in
        OutboxInspection.tables(sight) { table, lines, outboxes in
            let retried = lines.filter { $0.retrying > 0 }
            guard !retried.isEmpty else { return [] }
            let count = retried.reduce(UInt64(0)) { $0.saturatingAdd($1.retrying) }
            return [
                CheckOutcome(
                    .warning,
                    "\(Words.count(count, "row", "rows")) of \(table.owner) \(count == 1 ? "is" : "are") retried (\(OutboxInspection.streams(retried, \.retrying)))",
                    stream: retried.count == 1 ? retried[0].stream.readable : nil,
                    evidence: OutboxInspection.errors(outboxes, table, areDead: false).map { Evidence($0) },
                    fix: "caracalctl outbox ls --retrying"
                )
            ]
        }.or("no row is retried")
    }
}
