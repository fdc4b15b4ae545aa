import Text

extension HealthCheck {
    static let snapshot = HealthCheck(
        "snapshot",
        subject: "Whether the last snapshot (BGSAVE) succeeded.",
        reason: "After a failed one the server refuses writes (MISCONF) unless stop-writes-on-bgsave-error is no.",
        remedy: "See the server's log, its disk and its memory (fork needs room), then BGSAVE."
    ) { (server: ServerExamination) in
        let files = server.memory.persistence
        let fix: TerminalText = "\(RedisCLI.text) BGSAVE # after df -h on the server, and a look at its log"
        return Inspection(files.lastSaveSucceeded, "whether the last snapshot succeeded", "INFO") { _ in
            server.memory(.saveFailed).map { CheckOutcome($0, fix: fix) }
        }.or(
            files.hasSaved.value == false
                ? "no snapshot was made since the server started, and none failed" : "the last snapshot succeeded"
        )
    }
}
