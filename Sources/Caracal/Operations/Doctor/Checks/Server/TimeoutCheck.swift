import Text

extension HealthCheck {
    static let timeout = HealthCheck(
        "timeout",
        subject: "timeout: after how many idle seconds the server closes a client's connection. It must be 0, never.",
        reason: """
            Outbox dispatchers and consumers keep connections that may be idle for long. Closed under them, the next \
            message meets a dead connection, and what became of it is unknown.
            """,
        remedy: "CONFIG SET timeout 0, and in redis.conf.",
        urgency: .later
    ) { (server: ServerExamination) in
        server.settings.examine("timeout") { value in
            guard value != "0" else { return nil }
            return CheckOutcome(
                .warning,
                "timeout is \(value): the server closes connections that are idle for that many seconds",
                fix: ServerSettings.fix("timeout", "0")
            )
        }
    }
}
