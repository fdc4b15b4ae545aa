import Text

extension HealthCheck {
    static let savePoints = HealthCheck(
        "save",
        subject: "save: when the server makes snapshots. The specification has 3600 1, once an hour.",
        reason: "The snapshot is what is left when the append-only file is damaged, and what backups copy.",
        remedy: "CONFIG SET save \"3600 1\", and in redis.conf.",
        urgency: .later
    ) { (server: ServerExamination) in
        server.settings.examine("save") { value in
            guard value != "3600 1" else { return nil }
            let fix = ServerSettings.fix("save", "\"3600 1\"")
            return value.isEmpty
                ? CheckOutcome(.warning, "no snapshots are made", evidence: "save is empty", fix: fix)
                : CheckOutcome(
                    .note,
                    "snapshots are made by other rules than 3600 1",
                    evidence: "save is \(value)",
                    fix: fix
                )
        }
    }
}
