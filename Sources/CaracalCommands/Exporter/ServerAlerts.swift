import Caracal

/// The alerts about the servers: memory, files, whether they take writes.
struct ServerAlerts {
    /// What memory is judged by.
    let limits: CheckLimits

    /// The rules.
    var rules: [AlertRule] {
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
        return memory + states
    }

    private var states: [AlertRule] {
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
}
