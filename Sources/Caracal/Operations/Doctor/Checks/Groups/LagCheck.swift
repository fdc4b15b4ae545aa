import Redis
import Text

extension HealthCheck {
    /// From this share of a stream's bound on, a group is about to lose what it has not read.
    private static let share: UInt64 = 8

    static let lag = HealthCheck(
        "lag",
        subject: """
            Entries that wait for a group: a failure when it has no consumer, or when they fill the stream's bound so that \
            trimming removes them; a warning from eight tenths of the bound.
            """,
        reason: """
            Lag alone is no fault: it is what a stream is for. What counts is whether someone works on it, and whether \
            it is done before MAXLEN ~ trims it away. Groups that no public service reads through are counted once they \
            have a consumer.
            """,
        remedy: "Start the group's consumers, or more of them. caracalctl pending shows who reads and how far."
    ) { examination in
        examination.inspectGroups("what waits for the groups") { outcome($0).map { [$0] } ?? [] }.or(
            "what waits is being read"
        )
    }

    private static func outcome(_ group: GroupStanding) -> CheckOutcome? {
        let (title, stream) = (group.title, group.stream.name)
        let fix: TerminalText = "caracalctl pending \(group.words) # start the consumers of the group"
        let evidence: Evidence = "lag \(group.lag.words)"
        guard let lag = group.lag.value else {
            return CheckOutcome(.unknown, "how far \(title) lags behind is not known", stream: stream, fix: fix)
        }
        guard lag > 0 else { return nil }
        if let bound = group.stream.bound, group.lag.isCertainly(atLeast: bound / 10 * share) {
            let isFull = group.lag.isCertainly(atLeast: bound)
            let finding: Evidence =
                isFull
                ? "\(title) lags by the stream's whole bound: what is published now removes what it has not read"
                : "\(title) lags by more than eight tenths of the stream's bound: at the bound entries are lost"
            return CheckOutcome(
                isFull ? .failure : .warning,
                finding,
                stream: stream,
                group: group.name,
                evidence: evidence,
                fix: fix
            )
        }
        // One whose consumers are silent is told elsewhere.
        guard group.info?.consumers == 0 else { return nil }
        return CheckOutcome(
            .failure,
            "entries wait for \(title), and nobody reads it",
            stream: stream,
            group: group.name,
            evidence: evidence,
            fix: fix
        )
    }
}
