import Caracal

/// The alerts about the outboxes and the database that holds them.
struct OutboxAlerts {
    /// What their rows are judged by.
    let limits: CheckLimits

    /// The rules.
    var rules: [AlertRule] {
        let dead = AlertRule.each(limits.outboxDead) { severity, limit in
            AlertRule(
                "CaracalOutboxDead",
                severity,
                for: 0,
                "sum without (stream, state) (\(Metric.outboxRows){state=\"dead\"}) > \(limit)",
                summary: "\(AlertRule.count) rows of the outbox of the {{ $labels.outbox }} were given up",
                description: "Type: caracalctl outbox ls --dead, then caracalctl outbox requeue",
                .outboxDead
            )
        }
        let oldest = AlertRule.each(limits.outboxOldest, scale: 1000) { severity, limit in
            AlertRule(
                "CaracalOutboxOldest",
                severity,
                for: 1,
                "max without (stream) (\(Metric.outboxOldest)) > \(limit)",
                summary: "A row of the outbox of the {{ $labels.outbox }} waits for {{ $value | humanizeDuration }}",
                description: "Its dispatcher is down, or Redis refuses what it publishes. Type: caracalctl outbox",
                .outboxDead
            )
        }
        return dead + oldest + states
    }

    private var states: [AlertRule] {
        [
            AlertRule(
                "CaracalOutboxLocks",
                .warning,
                for: 5,
                "sum without (stream) (\(Metric.outboxLocksRunOut)) > 0",
                summary:
                    "\(AlertRule.count) locks in the outbox of the {{ $labels.outbox }} ran out, and nobody takes the rows over",
                description: "Their worker is gone. Type: caracalctl outbox ls --locked, then caracalctl outbox unlock",
                .worker
            ),
            AlertRule(
                "CaracalOutboxDown",
                .warning,
                for: 5,
                "\(Metric.outboxUp) == 0",
                summary: "The database of the outboxes cannot be asked from {{ $labels.instance }}",
                description: "Type: caracalctl outbox. It says why.",
                .outboxDead
            ),
            AlertRule(
                "CaracalOutboxUnreadable",
                .warning,
                for: 5,
                "\(Metric.outboxTableUp) == 0",
                summary: "The table of the outbox of the {{ $labels.outbox }} cannot be read",
                description: "The role lacks a right, or it is another table. Type: caracalctl outbox",
                .outboxDead
            ),
        ]
    }
}
