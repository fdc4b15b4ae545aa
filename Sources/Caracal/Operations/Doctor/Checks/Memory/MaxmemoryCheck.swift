import Text

extension HealthCheck {
    static let maxmemory = HealthCheck(
        "maxmemory",
        subject: "maxmemory: whether there is a limit, and whether more than 80% of it is used.",
        reason: """
            At the limit publishers are refused, and nothing is dropped. Without a limit Redis grows until the system \
            ends it. What fills it is told by the sizes of the streams, by INFO keyspace, which counts the keys of every \
            database, and by a sample of 10,000 names: keys beside the streams are not measured one by one.
            """,
        remedy: """
            caracalctl memory shows what uses it and which maxmemory would do. CONFIG SET maxmemory raises it. Where the \
            streams fill it, caracalctl trim and dlq purge make room; where keys without expiry do, find who writes them.
            """
    ) { (server: ServerExamination) in
        let (used, limit) = (server.memory.server.used, server.memory.server.limit)
        guard let bytes = limit.value else { return Inspection(limit, "maxmemory", "INFO or CONFIG GET") }
        let found =
            server.memory(.noLimit).map {
                CheckOutcome(
                    $0,
                    fix: "caracalctl memory # how much it takes; then \(RedisCLI.text) CONFIG SET maxmemory SIZE",
                    urgency: .later
                )
            }
            + server.memory(.overUsed).map { _ in overUsed(server) }
        guard found.isEmpty, bytes > 0 else { return Inspection(of: [found]) { $0 } }
        return Inspection(used, "how much of maxmemory is used", "INFO").or("less than 80% of maxmemory is used")
    }

    /// Where writes are refused already, that finding says what fills it.
    private static func overUsed(_ server: ServerExamination) -> CheckOutcome {
        let (memory, report) = (server.memory.server, server.memory)
        let isFull = memory.refusesWrites
        let used: TerminalText = "\(memory.usedPercent ?? 0)% of maxmemory is used"
        return CheckOutcome(
            .failure,
            Evidence(isFull ? used : "\(used), and at 100% publishers are refused\(report.fillClause)"),
            evidence: Evidence(memory.amount),
            fix: isFull ? "caracalctl memory" : report.fill?.fix ?? "caracalctl memory"
        )
    }
}

extension ServerMemory {
    /// How much of `maxmemory` is used: `509.8 MiB of 512.0 MiB`.
    var amount: TerminalText { "\(Words.bytes(used.value ?? 0)) of \(Words.bytes(limit.value ?? 0))" }
}
