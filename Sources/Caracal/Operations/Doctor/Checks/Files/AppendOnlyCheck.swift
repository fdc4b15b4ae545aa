import Text

extension HealthCheck {
    static let appendOnly = HealthCheck(
        "appendonly",
        subject: "appendonly: whether the server keeps an append-only file. It must.",
        reason: "Without it a crash loses every message since the last snapshot, up to an hour of them.",
        remedy: "CONFIG SET appendonly yes, and in redis.conf. The server writes the file from what it holds.",
        urgency: .later
    ) { (server: ServerExamination) in
        let fix = ServerSettings.fix("appendonly", "yes")
        return Inspection(server.memory.persistence.appendOnly, "appendonly", "INFO") { _ in
            server.memory(.aofOff).map { CheckOutcome($0, fix: fix) }
        }.or("appendonly is yes")
    }
}
