import Text

extension HealthCheck {
    static let outboxDead = HealthCheck(
        "outbox-dead",
        subject: "Whether rows of an outbox were given up.",
        reason: """
            No dispatcher takes a dead row again: its revocation or event never reaches the bus, and nobody is told. The \
            Coordinator gives a row up after ten attempts, about a minute without Redis; its /ready answers 503 as long as there \
            is one. The API's readiness fails above API_READY_OUTBOX_DEAD_MAX (0).
            """,
        remedy: """
            Fix what kept the rows from being published (caracalctl outbox ls --dead shows the API's errors), then caracalctl \
            outbox requeue --dead returns those of both outboxes to waiting (--outbox NAME for one); their services publish them, or \
            outbox dispatch.
            """
    ) { (sight: OutboxSight<OutboxExamination>) in
        let all = OutboxInspection.lines(in: sight) { line, _ in line.dead > 0 }
        let areBoth = Set(all.map(\.outbox)).count > 1
        // One dead row makes the Coordinator unready for good; the API may be set to bear some.
        return OutboxInspection.tables(sight, of: [.coordinator, .api]) { table, lines, outboxes in
            let dead = lines.filter { $0.dead > 0 }
            guard !dead.isEmpty else { return [] }
            let count = dead.reduce(UInt64(0)) { $0.saturatingAdd($1.dead) }
            let streams = OutboxInspection.streams(dead, \.dead)
            let effect: TerminalText =
                table == .coordinator
                ? "the Coordinator's /ready answers 503" : "the API is not ready above API_READY_OUTBOX_DEAD_MAX (0)"
            let isOne = dead.count == 1
            // Where both have some, one command returns all of them.
            let returned = areBoth ? all.reduce(UInt64(0)) { $0.saturatingAdd($1.dead) } : count
            let choice: TerminalText =
                areBoth
                ? "" : " --outbox \(table.rawValue)\(isOne ? OutboxInspection.choice(dead[0].stream) : "")"
            return [
                CheckOutcome(
                    .failure,
                    "\(Words.count(count, "row", "rows")) of \(table.owner) \(count == 1 ? "is" : "are") dead (\(streams)): \(effect)",
                    stream: isOne ? dead[0].stream.readable : nil,
                    evidence: OutboxInspection.errors(outboxes, table, areDead: true).map { Evidence($0) },
                    fix:
                        "caracalctl outbox requeue --dead\(choice)\(OutboxInspection.limit(returned)) # once their cause is gone",
                    covers: ["outbox-dead"]
                )
            ]
        }.or("no row is dead")
    }
}
