import Text

extension HealthCheck {
    static let maxmemory = HealthCheck(
        "maxmemory",
        subject: "maxmemory: whether there is a limit, and whether more than 80% of it is used.",
        reason: """
            At the limit publishers are refused, and nothing is dropped. Without a limit Redis grows until the system \
            ends it.
            """,
        remedy: """
            caracalctl memory shows what uses it and which maxmemory would do. CONFIG SET maxmemory raises it; \
            caracalctl trim and dlq purge make room.
            """
    ) { (server: ServerExamination) in
        let (used, limit) = (server.memory.server.used, server.memory.server.limit)
        guard let bytes = limit.value else { return Inspection(limit, "maxmemory", "INFO or CONFIG GET") }
        let found =
            server.memory(.noLimit).map {
                CheckOutcome(
                    $0,
                    fix: "caracalctl memory # how much it takes; then \(RedisCLI.text) CONFIG SET maxmemory SIZE"
                )
            }
            + server.memory(.overUsed).map {
                CheckOutcome(
                    Finding(
                        $0.code,
                        $0.severity,
                        "more than four fifths of maxmemory are used: at the limit publishers are refused"
                    ),
                    evidence: "\(used.value ?? 0) of \(bytes) bytes",
                    fix: "caracalctl memory"
                )
            }
        guard found.isEmpty, bytes > 0 else { return Inspection(of: [found]) { $0 } }
        return Inspection(used, "how much of maxmemory is used", "INFO").or("less than 80% of maxmemory is used")
    }
}
