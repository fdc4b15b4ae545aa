import Redis
import Text

extension HealthCheck {
    static let groups = HealthCheck(
        "groups",
        subject: "Whether every consumer group of the provisioning table exists, on the streams that do.",
        reason: """
            The services create their group only when they start. After a flush, or when a publisher has created the \
            stream again, they see NOGROUP until someone provisions.
            """,
        remedy: """
            caracalctl provision --start 0, then see that the consumers come back. They are given all that the stream \
            holds, and may have seen some of it before; without --start 0 they are given none of it.
            """
    ) { examination in
        var inspection = Inspection(of: examination.pending.groups.filter { $0.definition != nil }) { group in
            guard group.info == nil else { return [] }
            let waiting = examination.info(of: group)?.length ?? 0
            let cost: TerminalText =
                waiting == 0
                ? "" : " # delivers the \(Words.entries(waiting)) there; without --start 0 they are skipped"
            let finding = Evidence(StreamProblem.noGroup(group.stream, group.name).text())
            let fix = group.stream.provisioning + cost
            return [CheckOutcome(.failure, finding, stream: group.stream.name, fix: fix)]
        }
        inspection.miss(examination.pending.streams, "the groups")
        return inspection.or("the streams that are there have all groups of the table")
    }
}
