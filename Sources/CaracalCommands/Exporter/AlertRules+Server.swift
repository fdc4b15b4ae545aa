import Caracal

extension AlertRules {
    var server: [AlertRule] {
        let used = "\(Metric.memoryUsed) / (\(Metric.memoryLimit) > 0)"
        let memory = AlertRule.each(limits.memory, scale: 1_000_000) { severity, limit in
            AlertRule(
                "CaracalMemory",
                severity,
                for: 5,
                "\(used) > \(limit)",
                summary: "{{ $value | humanizePercentage }} of maxmemory is used",
                description: "At 100% publishers are refused. Type: caracalctl memory",
                .memory
            )
        }
        return memory + serverStates
    }

    private var serverStates: [AlertRule] {
        let refuses = AlertRule(
            "CaracalRefusesWrites",
            .critical,
            for: 0,
            "\(Metric.redisTakesWrites) == 0 unless \(Metric.redisReplica) == 1",
            summary: "Redis refuses writes",
            description: "It is full, cannot write to its disk, or has too few replicas. Type: caracalctl check",
            .disk
        )
        let replica = AlertRule(
            "CaracalReplica",
            .critical,
            for: 1,
            "\(Metric.redisReplica) == 1",
            summary: "The address of the bus leads to a replica",
            description: "It takes no writes, and may be behind its master. Type: caracalctl doctor",
            .replica
        )
        let policy = AlertRule(
            "CaracalEvictionPolicy",
            .critical,
            for: 1,
            "\(Metric.memoryPolicy) == 0",
            summary: "maxmemory-policy is not noeviction",
            description: "A full server may delete whole streams. Type: caracalctl memory",
            .memory
        )
        let append = AlertRule(
            "CaracalAofWriteFailed",
            .critical,
            for: 0,
            "\(Metric.aofWriteOK) == 0 and \(Metric.aofEnabled) == 1",
            summary: "Redis cannot write to its append-only file",
            description: "See its log and its disk. Type: caracalctl doctor",
            .disk
        )
        let off = AlertRule(
            "CaracalAofOff",
            .warning,
            for: 5,
            "\(Metric.aofEnabled) == 0",
            summary: "Redis has no append-only file",
            description: "A crash loses what came after the last snapshot. Type: caracalctl doctor",
            .crash
        )
        let save = AlertRule(
            "CaracalSaveFailed",
            .warning,
            for: 5,
            "\(Metric.saveOK) == 0",
            summary: "The last snapshot of Redis failed",
            description: "See its log and its disk. Type: caracalctl doctor",
            .disk
        )
        return [refuses, replica, policy, append, off, save]
    }

    // MARK: Outboxes

    var outboxes: [AlertRule] {
        let dead = AlertRule.each(limits.outboxDead) { severity, limit in
            AlertRule(
                "CaracalOutboxDead",
                severity,
                for: 0,
                "sum without (stream, state) (\(Metric.outboxRows){state=\"dead\"}) > \(limit)",
                summary: "\(Self.count) rows of the outbox of the {{ $labels.outbox }} were given up",
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
        return dead + oldest + outboxStates
    }

    private var outboxStates: [AlertRule] {
        [
            AlertRule(
                "CaracalOutboxLocks",
                .warning,
                for: 5,
                "sum without (stream) (\(Metric.outboxLocksRunOut)) > 0",
                summary:
                    "\(Self.count) locks in the outbox of the {{ $labels.outbox }} ran out, and nobody takes the rows over",
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
