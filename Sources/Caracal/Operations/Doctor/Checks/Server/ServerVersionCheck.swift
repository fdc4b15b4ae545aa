import Redis

extension HealthCheck {
    static let serverVersion = HealthCheck(
        "server-version",
        subject: "The version of Redis: 8 is what Caracal runs, 6.2 the oldest that works at all.",
        reason: """
            Before 7 the server counts neither lag nor lost entries. Before 8 its lag stays too large for ever once \
            trimming has overtaken a group. Before 7.2 the idle time of a consumer does not tell waiting from gone.
            """,
        remedy: "Upgrade to Redis 8."
    ) { (server: ServerExamination) in
        guard let text = server.server.version, let version = server.version else {
            return [CheckOutcome(.unknown, "the server does not tell its version")]
        }
        let fix = "upgrade to Redis 8"
        if version < ServerVersion(6, 2) {
            return [CheckOutcome(.failure, "Redis \(text) is too old: 6.2 is the oldest that works", fix: fix)]
        }
        if version.major < 7 {
            let finding = "Redis \(text) counts neither lag nor lost entries: both may stay unknown"
            return [CheckOutcome(.warning, finding, fix: fix)]
        }
        if version.major < 8 {
            return [CheckOutcome(.note, "Redis \(text) works; Caracal is made for Redis 8")]
        }
        return [.ok("Redis \(text)")]
    }
}
