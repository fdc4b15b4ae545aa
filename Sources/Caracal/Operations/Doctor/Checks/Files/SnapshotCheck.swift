import Text

extension HealthCheck {
    static let snapshot = HealthCheck(
        "snapshot",
        subject: "Whether the last snapshot (BGSAVE) succeeded.",
        reason: "After a failed one the server refuses writes (MISCONF) unless stop-writes-on-bgsave-error is no.",
        remedy: "See the server's log, its disk and its memory (fork needs room), then BGSAVE."
    ) { (server: ServerExamination) in
        let files = server.memory.persistence
        let fix = server.settings.snapshotFix
        return Inspection(files.lastSaveSucceeded, "whether the last snapshot succeeded", "INFO") { _ in
            server.memory(.saveFailed).map { CheckOutcome($0, fix: fix) }
        }.or(
            files.hasSaved.value == false
                ? "no snapshot was made since the server started, and none failed" : "the last snapshot succeeded"
        )
    }
}

extension ServerSettings {
    /// What to do about a snapshot that failed. Why it did is in the server's log alone: INFO has no word of it.
    var snapshotFix: TerminalText {
        let again: TerminalText = "\(RedisCLI.text) BGSAVE #"
        guard let folder = self["dir"].value, let name = self["dbfilename"].value else {
            return "\(again) after df -h on the server, and a look at its log"
        }
        let file = ShellWord.quoted(Array("\(folder)/\(name)".utf8))
        return
            "\(again) first, on the server: df -h \(ShellWord.quoted(Array(folder.text.utf8))); ls -ld \(file); its log says why: make room, or remove what lies in that place"
    }
}
