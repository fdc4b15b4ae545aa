import Text

extension HealthCheck {
    static let appendFsync = HealthCheck(
        "appendfsync",
        subject: "appendfsync: how often the append-only file is forced to disk. everysec is required.",
        reason: """
            everysec bounds what a power cut loses to a second. no leaves it to the system: half a minute or more. \
            always loses nothing and slows every write.
            """,
        remedy: "CONFIG SET appendfsync everysec, and in redis.conf.",
        urgency: .later
    ) { (server: ServerExamination) in
        server.settings.examine("appendfsync") { value in
            let fix = ServerSettings.fix("appendfsync", "everysec")
            switch value {
            case "everysec": return nil
            case "always": return CheckOutcome(.note, "appendfsync is always: safer than everysec, and slower")
            default:
                let finding: Evidence =
                    "appendfsync is \(value): a power cut loses whatever the system had not written yet"
                return CheckOutcome(.failure, finding, fix: fix)
            }
        }
    }
}
