import Text

extension HealthCheck {
    static let refusedWrites = HealthCheck(
        "refused-writes",
        subject: """
            Whether the server refuses writes though it is the master: MISCONF after a snapshot or a write to the \
            append-only file failed, NOREPLICAS, OOM.
            """,
        reason: """
            Publishers get an error and their outboxes grow; consumers read on, but with MISCONF and NOREPLICAS cannot \
            acknowledge. Nothing is lost until then. OOM is told by the memory in use and the policy, the others by INFO \
            and, where it leaves them open, the settings.
            """,
        remedy: """
            MISCONF: see the server's log, which alone says why, its disk (df) and its folder (CONFIG GET dir); writes go on with the first snapshot, or write, that \
            succeeds. NOREPLICAS: bring the replicas back, or lower min-replicas-to-write. OOM: make room, or raise \
            maxmemory.
            """
    ) { (server: ServerExamination) in
        var inspection = Inspection()
        if let unknown = server.writes.unknownPart {
            inspection.miss("\(keeping: unknown) is not known")
        } else {
            inspection.saw()
        }
        inspection.saw(
            server.writes.faults.compactMap { fault in
                if case .writesRefused(_, let problem) = fault { outcome(problem, server) } else { nil }
            } + (server.memory.server.refusesWrites ? [outcome(.memory, server)] : [])
        )
        return inspection.or("nothing keeps the server from taking writes")
    }

    private static func outcome(_ problem: WriteProblem, _ server: ServerExamination) -> CheckOutcome {
        switch problem {
        case .snapshot:
            CheckOutcome(
                .failure,
                Evidence(problem.text(of: "the server")),
                evidence: "rdb_last_bgsave_status is err, stop-writes-on-bgsave-error is not no",
                fix: server.settings.snapshotFix,
                explains: ["snapshot"]
            )
        case .appendOnlyFile:
            CheckOutcome(
                .failure,
                Evidence(problem.text(of: "the server")),
                evidence: "aof_last_write_status is err",
                fix: "df -h on the server, and its log",
                explains: ["aof-writes"]
            )
        case .replicas(let good, nil):
            CheckOutcome(
                .failure,
                "the server refuses writes (NOREPLICAS): it wants replicas in step and has none",
                evidence:
                    "min_slaves_good_slaves is \(good), how many it wants is not known: this user may not CONFIG GET",
                fix:
                    "\(RedisCLI.text) CONFIG GET min-replicas-to-write # as a user who may; CONFIG SET it to 0 until the replicas are back: see their logs; then set it again",
                explains: ["replication"]
            )
        case .replicas(let good, let required?):
            CheckOutcome(
                .failure,
                "the server refuses writes (NOREPLICAS): it wants \(Words.count(required, "replica", "replicas")) in step and has \(good)",
                evidence: "min_slaves_good_slaves is \(good), min-replicas-to-write is \(required)",
                fix:
                    "\(RedisCLI.text) CONFIG SET min-replicas-to-write \(good) # until the replicas are back: see their logs; then set it to \(required) again",
                explains: ["replication"]
            )
        case .memory:
            CheckOutcome(
                .failure,
                "the server refuses writes (OOM), it is full\(server.memory.fillClause)",
                evidence: Evidence(server.memory.server.amount),
                fix: server.memory.fill?.fix ?? "caracalctl memory",
                explains: ["maxmemory", "memory-forecast"]
            )
        }
    }
}
