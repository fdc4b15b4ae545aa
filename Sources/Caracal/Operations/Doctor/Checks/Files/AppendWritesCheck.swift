import Text

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
        let files = server.memory.persistence
        let fix: TerminalText = "df -h on the server, and its log"
        var inspection = Inspection(files.lastWriteSucceeded, "whether the append-only file is written", "INFO") { _ in
            server.memory(.aofWriteFailed).map { CheckOutcome($0, fix: fix) }
        }
        inspection.add(
            Inspection(files.lastRewriteSucceeded, "whether the append-only file is rewritten", "INFO") { _ in
                server.memory(.aofRewriteFailed).map { CheckOutcome($0, fix: fix) }
            }
        )
        return inspection.or("the last writes succeeded")
    }
}
