import Text

extension HealthCheck {
    static let outboxLocks = HealthCheck(
        "outbox-locks",
        subject: "Whether rows of the API have locks that ran out more than ten seconds ago.",
        reason: """
            A dispatcher that runs takes such a row over when it polls next. Locks that stay say that the worker is gone and no \
            other one runs, or that it stands still.
            """,
        remedy: """
            Start the API's dispatcher: it takes the rows over. While it is down, caracalctl outbox dispatch --outbox api \
            takes them over and publishes them.
            """
    ) { (sight: OutboxSight<OutboxExamination>) in
        OutboxInspection.tables(sight, of: [.api]) { table, _, outboxes in
            guard let locks = outboxes.staleLocks else { return [OutboxInspection.unseen("the locks", of: table)] }
            return locks.map { lock in
                let rows = Words.count(lock.count, "row of the API has a lock", "rows of the API have locks")
                let worker: TerminalText = lock.worker.map { " of worker \($0)" } ?? ""
                let now = outboxes.status.now
                return CheckOutcome(
                    .warning,
                    "\(rows)\(worker) that ran out and nobody took over",
                    evidence: "the first ran out \(time: now - min(now, lock.since)) ago",
                    fix: "caracalctl outbox dispatch --outbox api # while the API is down: else start it",
                    covers: ["outbox-locks"]
                )
            }
        }.or("no lock ran out for long")
    }
}
