import Redis
import Text

extension HealthCheck {
    static let databases = HealthCheck(
        "databases",
        subject: "Whether db 1 holds rate limits (rl:) and challenges (chal:) only, and no other database is in use.",
        reason: """
            A stream of the bus in another database than 0 is one that no service reads: its writer has the \
            wrong database in its URL. The first 10,000 keys of db 1 are looked at; of the others only that they hold \
            keys is known.
            """,
        remedy: "Look at the /db at the end of REDIS_URL where the keys come from.",
        urgency: .later
    ) { (server: ServerExamination) in
        let keys = server.memory.otherKeys
        var inspection = Inspection()
        if let counts = keys.value {
            let evidence: Evidence = "\(counts.rateLimits) rl:, \(counts.challenges) chal:, \(counts.others) other keys"
            if counts.strays > 0 {
                let finding: Evidence =
                    "db 1 holds \(counts.strays) keys named like streams of the bus, which live in db 0"
                let fix: TerminalText = "\(RedisCLI.text) -n 1 --scan --pattern 'caracal.*'"
                inspection.saw([CheckOutcome(.failure, finding, evidence: evidence, fix: fix)])
            } else if counts.others > 0 {
                let finding: Evidence = "db 1 holds keys that are neither rate limits nor challenges"
                let fix: TerminalText = "\(RedisCLI.text) -n 1 --scan"
                inspection.saw([CheckOutcome(.warning, finding, evidence: evidence, fix: fix)])
            } else if counts.isComplete {
                inspection.saw()
            } else {
                inspection.miss("not all keys of db 1 were looked at: it has more than \(KeyCounts.limit)")
            }
        } else if server.server.mode != .cluster {
            inspection.add(Inspection(keys, "what db 1 holds", "SELECT or SCAN"))
        }
        inspection.add(others(server.keyspace))
        return inspection.or("db 1 holds rate limits and challenges only")
    }

    private static func others(_ keyspace: Result<InfoFields, Refusal>) -> Inspection {
        guard let info = keyspace.value else {
            return .unseen("which databases are in use is not known: this user may not INFO")
        }
        var inspection = Inspection()
        // Those without keys are not listed, however many there may be.
        inspection.saw(
            info.all.compactMap { field in number(field.key).map { (number: $0, line: field.value) } }
                .sorted { $0.number < $1.number }
                .map { database in
                    CheckOutcome(
                        .note,
                        "db \(database.number) is in use, which is none of Caracal's",
                        evidence: "\(database.line)"
                    )
                }
        )
        return inspection
    }

    /// The number of a line `db16`; nil for 0 and 1, and for another line.
    private static func number(_ name: [UInt8]) -> UInt64? {
        let name = String(decoding: name, as: UTF8.self)
        guard name.hasPrefix("db"), let number = UInt64(name.dropFirst(2)), number > 1 else { return nil }
        return number
    }
}
