import Redis
import Text

extension HealthCheck {
    static let consumers = HealthCheck(
        "consumers",
        subject:
            "Groups of public services that no consumer has joined, and consumers that left nothing but their name.",
        reason: """
            A group without consumers stands still as soon as something is published. Servers before 7.2 list a \
            consumer only once it was given an entry, and do not tell one that waits from one that is gone: there names \
            count as left over only where there are more of them than connections. They do no harm, but hide who is there.
            """,
        remedy: """
            Start the services. caracalctl consumer prune removes names that hold nothing, in one step on the server. A \
            consumer that lives after all is listed again when it reads.
            """,
        urgency: .later
    ) { examination in
        var inspection = examination.inspectGroups("the consumers") { group in
            guard group.consumers == nil else { return leftOver(GroupTrouble(group, examination)) }
            let finding: Evidence = "the consumers of \(group.title) are not known"
            return [CheckOutcome(.unknown, finding, stream: group.stream.name)]
        }
        let idle = examination.counted.filter { $0.info?.consumers == 0 && !$0.lag.isCertainly(atLeast: 1) }
        if !idle.isEmpty {
            let names = idle.map(\.title).joined(separator: ", ")
            inspection.saw([CheckOutcome(.note, "no consumer is listed for \(names)")])
        }
        return inspection.or("every group has its consumers")
    }

    /// The names that are left over in a group; nothing where the finding of those that hold entries has them.
    private static func leftOver(_ trouble: GroupTrouble) -> [CheckOutcome] {
        guard trouble.leftOver > 0, trouble.holders.isEmpty else { return [] }
        let group = trouble.group
        let names = Words.count(UInt64(trouble.leftOver), "name is", "names are")
        let all = Words.count(UInt64(group.consumers?.count ?? 0), "consumer", "consumers")
        return [
            CheckOutcome(
                .note,
                "\(names) left over of \(all) in \(group.title): they hold nothing, and nobody reads as them",
                stream: group.stream.name,
                group: group.name,
                evidence: "silent for \(time: trouble.silence) or longer",
                fix: trouble.prune
            )
        ]
    }
}
