import Redis
import Text

extension HealthCheck {
    static let groups = HealthCheck(
        "groups",
        subject: "Whether every consumer group of the provisioning table exists, on the streams that do.",
        reason: """
            The services create their group only when they start. After a flush, or when a publisher has created the \
            stream again, they see NOGROUP until someone provisions. Nobody is known to miss a group that no public \
            service reads through: where only such are missing it is a warning.
            """,
        remedy: """
            caracalctl provision --start 0, then see that the consumers come back. They are given all that the stream \
            holds, and may have seen some of it before; without --start 0 they are given none of it.
            """
    ) { examination in
        var inspection = Inspection(of: examination.pending.groups.filter { $0.definition != nil }) { _ in [] }
        let missing = examination.pending.groups.filter { $0.definition != nil && $0.info == nil }
        if !missing.isEmpty { inspection.saw([outcome(missing, examination)]) }
        inspection.miss(examination.pending.streams, "the groups")
        return inspection.or("the streams that are there have all groups of the table")
    }

    /// One finding for all that are missing, with what waits for them: their fix skips none of it.
    private static func outcome(_ missing: [GroupStanding], _ examination: Examination) -> CheckOutcome {
        let lengths = missing.map { examination.info(of: $0)?.length ?? 0 }
        var streams: [StreamDefinition] = []
        // Two groups of a stream miss the same entries.
        var waiting: UInt64 = 0
        for (group, length) in zip(missing, lengths) where !streams.contains(group.stream) {
            streams.append(group.stream)
            waiting = waiting.saturatingAdd(length)
        }
        let names = streams.map(\.word).joined(separator: " ")
        let cost: TerminalText =
            waiting == 0
            ? ""
            : " # delivers the \(Words.count(waiting, "entry", "entries")) there; without --start 0 they are skipped"
        let titles = zip(missing, lengths).map { group, length -> TerminalText in
            length == 0 ? group.title : "\(group.title) (\(Words.count(length, "entry", "entries")) there)"
        }
        let first = missing[0]
        let wait: TerminalText = waiting == 0 ? "" : ", and \(Words.count(waiting, "entry", "entries")) wait there"
        let isRequired = missing.contains(where: \.isRequired)
        let finding: TerminalText =
            switch (missing.count, isRequired) {
            case (1, true): "the group \(first.title) does not exist\(wait): its consumers get NOGROUP"
            case (1, false):
                "the group \(first.title) does not exist\(wait): no public service reads through it, others get NOGROUP"
            case (let count, true):
                "\(count) groups do not exist, their consumers get NOGROUP: \(titles.joined(separator: ", "))"
            case (let count, false):
                "\(count) groups that no public service reads through do not exist, others get NOGROUP: \(titles.joined(separator: ", "))"
            }
        return CheckOutcome(
            isRequired ? .failure : .warning,
            Evidence(finding),
            stream: streams.count == 1 ? first.stream.name : nil,
            group: missing.count == 1 ? first.name : nil,
            fix: "caracalctl provision \(names) --start 0\(cost)"
        )
    }
}
