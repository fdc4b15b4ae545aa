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
            guard group.consumers == nil else { return unusedNames(GroupTrouble(group, examination)) }
            return [many(group, examination) ?? CheckOutcome.unseenConsumers(of: group)]
        }
        let idle = examination.counted.filter { $0.info?.consumers == 0 && !$0.lag.isCertainly(atLeast: 1) }
        if !idle.isEmpty {
            let names = idle.map(\.title).joined(separator: ", ")
            inspection.saw([CheckOutcome(.note, "no consumer is listed for \(names)")])
        }
        return inspection.or("every group has its consumers")
    }

    /// Of consumers that nobody looked at, that most names are left over: more than there are connections.
    private static func many(_ group: GroupStanding, _ examination: Examination) -> CheckOutcome? {
        guard group.hasUnlistedConsumers, let count = group.info?.consumers,
            let connections = examination.clients.value?.count, count > UInt64(connections)
        else { return nil }
        let left = Words.number(count - UInt64(connections))
        return CheckOutcome(
            .warning,
            "at least \(left) of \(Words.number(count)) consumers in \(group.title) are left-over names, and each look at them holds the server up",
            stream: group.stream.name,
            group: group.name,
            evidence: "\(Words.count(UInt64(connections), "connection is", "connections are")) open",
            fix: "caracalctl consumer prune \(group.words) --idle 1h # removes only names that hold nothing"
        )
    }

    /// The names that are left over in a group; nothing where the finding of those that hold entries has them.
    private static func unusedNames(_ trouble: GroupTrouble) -> [CheckOutcome] {
        guard trouble.unusedNames > 0, trouble.holders.isEmpty else { return [] }
        let group = trouble.group
        let names = Words.count(UInt64(trouble.unusedNames), "name is", "names are")
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

extension CheckOutcome {
    /// That the consumers of a group are not known, and why.
    static func unseenConsumers(of group: GroupStanding) -> CheckOutcome {
        let reason: TerminalText =
            group.hasUnlistedConsumers
            ? ": \(Words.number(group.info?.consumers ?? 0)) are too many to look at each" : ""
        return CheckOutcome(
            .unknown,
            "the consumers of \(group.title) are not known\(reason)",
            stream: group.stream.name
        )
    }
}
