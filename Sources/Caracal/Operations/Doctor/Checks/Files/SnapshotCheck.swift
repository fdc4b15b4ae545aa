extension HealthCheck {
    static let snapshot = HealthCheck(
        "snapshot",
        subject: "Whether the last snapshot (BGSAVE) succeeded.",
        reason: "After a failed one the server refuses writes (MISCONF) unless stop-writes-on-bgsave-error is no.",
        remedy: "See the server's log, its disk and its memory (fork needs room), then BGSAVE."
    ) { (server: ServerExamination) in
        let fact = server.memory.persistence.lastSaveSucceeded
        guard fact.value != nil else { return [.untold(fact, "whether the last snapshot succeeded", "INFO")] }
        return server.memory("save_failed")
            .map { CheckOutcome($0, fix: "df -h on the server, and its log; then \(RedisCLI.text) BGSAVE") }
            .or("the last snapshot succeeded, or none was due")
    }
}
