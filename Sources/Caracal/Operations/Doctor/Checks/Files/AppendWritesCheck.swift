extension HealthCheck {
    static let appendWrites = HealthCheck(
        "aof-writes",
        subject: "Whether the last write to the append-only file, and its last rewrite, succeeded.",
        reason: """
            A server that cannot write the file refuses all writes (MISCONF) as soon as it notices, and what it took \
            before is only in memory.
            """,
        remedy: "See the server's log, and its disk: df, and the permissions of its folder (CONFIG GET dir)."
    ) { (server: ServerExamination) in
        let fact = server.memory.persistence.lastWriteSucceeded
        guard fact.value != nil else { return [.untold(fact, "whether the append-only file is written", "INFO")] }
        return server.memory("aof_write_failed", "aof_rewrite_failed")
            .map { CheckOutcome($0, fix: "df -h on the server, and its log") }.or("the last writes succeeded")
    }
}
