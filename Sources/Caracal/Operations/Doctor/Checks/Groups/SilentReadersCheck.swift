import Redis
import Text

extension HealthCheck {
    static let silentReaders = HealthCheck(
        "silent-readers",
        subject: """
            Groups in which entries wait while none of their consumers was heard of for ten times AUDIT_CLAIM_IDLE_SECS.
            """,
        reason: """
            Nothing is wrong with the group, and nothing is pending: its reader is gone, or stands still, and what is \
            published waits. It is no matter how many wait: after a deletion the server gives no lag at all, and the \
            entries are counted. Entries that came within that time do not count, as a server before 7.2 tells only when a \
            consumer was given one.
            """,
        remedy:
            "Start the group's consumers, and see in their log why they stopped. Nothing is lost until trimming reaches it."
    ) { examination in
        examination.inspectGroups("the consumers") { group in
            guard let reader = group.silentReader, reader.silence >= GroupTrouble(group, examination).silence else {
                return []
            }
            return [outcome(group, reader)]
        }.or("every group in which entries wait is being read")
    }

    private static func outcome(
        _ group: GroupStanding,
        _ silent: SilentReader
    ) -> CheckOutcome {
        let one = silent.consumers == 1 ? group.consumers?.first : nil
        let reader: TerminalText =
            one.map { "its only consumer \($0.info.name) has" }
            ?? "all of its \(Words.number(silent.consumers)) consumers have"
        let least: TerminalText = silent.isLonger ? "at least " : ""
        let wait: TerminalText = "\(group.lag.waiting) for \(group.title)"
        let behind: Evidence =
            group.behind.flatMap { UInt64(exactly: $0) }.map {
                "the oldest that waits is \(time: $0) old"
            } ?? "the age of what waits is not known"
        return CheckOutcome(
            .failure,
            "\(wait), and \(reader) been silent for \(least)\(time: silent.silence)",
            stream: group.stream.name,
            group: group.name,
            evidence: behind,
            fix:
                "caracalctl pending \(group.words) # start the consumers of the group: their log says why they stopped",
            explains: ["lag", "consumers"]
        )
    }
}

extension Quantity {
    /// `10,000 entries wait`, `at least 1 entry waits`.
    fileprivate var waiting: TerminalText {
        let words = Words.count(value ?? 0, "entry waits", "entries wait")
        return switch self {
        case .exact, .unknown: "\(words)"
        case .atLeast: "at least \(words)"
        case .atMost: "at most \(words)"
        case .reported: "about \(words)"
        }
    }
}
