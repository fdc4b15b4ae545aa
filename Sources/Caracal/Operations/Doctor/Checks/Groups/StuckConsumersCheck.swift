import Redis
import Text

extension HealthCheck {
    static let stuckConsumers = HealthCheck(
        "stuck-consumers",
        subject: """
            Consumers that hold entries longer than others must leave them alone (AUDIT_CLAIM_IDLE_SECS), and those that \
            were not heard of for ten times as long: one finding for each group.
            """,
        reason: """
            What they hold is delivered to nobody else until someone claims it. A consumer that still asks, and does not \
            acknowledge, may be at work on something long. Of a list of more than 100,000 entries the first of each \
            consumer is looked at. Names that hold nothing do no harm, but hide who is there; a server before 7.2 does not \
            tell them from consumers that wait, and they count only where there are more of them than connections.
            """,
        remedy: """
            Restart the consumers. If they do not come back: caracalctl claim hands their entries to another one. What is no \
            longer in the stream nobody can be given: caracalctl pending --lost shows it, and caracalctl ack --trimmed takes it \
            off the list, which nothing else has. Then caracalctl consumer prune removes the names, and only those that hold \
            nothing.
            """
    ) { examination in
        examination.inspectGroups("the consumers") { group in
            guard let consumers = group.consumers else {
                return [CheckOutcome.unseenConsumers(of: group)]
            }
            let trouble = GroupTrouble(group, examination)
            return (trouble.holders.isEmpty ? [] : [outcome(trouble)]) + unknown(consumers, in: group)
        }.or("no consumer is stuck")
    }

    /// That it is not known how long some hold their entries, in one finding for a group.
    private static func unknown(_ consumers: [ConsumerStanding], in group: GroupStanding) -> [CheckOutcome] {
        let open = consumers.filter {
            $0.info.pending > 0 && $0.state != .stuck && $0.state != .gone && $0.held == nil
        }
        guard let first = open.first else { return [] }
        let finding: Evidence =
            open.count == 1
            ? "how long the consumer \(first.info.name) of \(group.title) holds its entries is not known"
            : "how long \(Words.number(open.count)) consumers of \(group.title) hold their entries is not known"
        return [CheckOutcome(.unknown, finding, stream: group.stream.name)]
    }

    private static func outcome(_ trouble: GroupTrouble) -> CheckOutcome {
        let group = trouble.group
        let left: TerminalText =
            trouble.unusedNames == 0
            ? "" : "; \(Words.count(UInt64(trouble.unusedNames), "name is", "names are")) left over"
        return CheckOutcome(
            trouble.gone.isEmpty ? .warning : .failure,
            Evidence(sentence(trouble) + left),
            stream: group.stream.name,
            group: group.name,
            evidence: evidence(trouble),
            fix: trouble.handover,
            explains: ["consumers"] + (trouble.gone.isEmpty ? [] : ["silent-readers", "lag"])
        )
    }

    private static func sentence(_ trouble: GroupTrouble) -> TerminalText {
        let (title, entries) = (trouble.group.title, trouble.heldWords)
        // Closes what is said of the entries, where more follows.
        let and: TerminalText = trouble.hasTrimmed ? ", and" : " and"
        if trouble.holders.count == 1, let holder = trouble.holders.first {
            return trouble.stuck.isEmpty
                ? "the consumer \(holder.info.name) of \(title) is gone and holds \(entries)"
                : "the consumer \(holder.info.name) of \(title) is stuck: it holds \(entries)\(and) acknowledges none"
        }
        let all = Words.number(trouble.group.consumers?.count ?? 0)
        let some: TerminalText =
            "\(Words.number(trouble.holders.count)) of \(all) consumers of \(title) hold \(entries)"
        let (gone, stuck) = (Words.number(trouble.gone.count), Words.number(trouble.stuck.count))
        if trouble.stuck.isEmpty { return "\(some)\(and) are gone" }
        if trouble.gone.isEmpty { return "\(some), are stuck and acknowledge none" }
        return "\(some): \(gone) \(trouble.gone.count == 1 ? "is" : "are") gone, \(stuck) "
            + "\(trouble.stuck.count == 1 ? "is" : "are") stuck"
    }

    private static func evidence(_ trouble: GroupTrouble) -> Evidence {
        let heard = trouble.holders.map(\.info.idle)
        let (latest, held) = (heard.min() ?? 0, trouble.heldFor)
        if trouble.holders.count == 1 {
            return held.map { "last heard of \(time: latest) ago, an entry held for \(time: $0)" }
                ?? "last heard of \(time: latest) ago"
        }
        // Who holds most is named first.
        let most = trouble.holders.max { $0.info.pending < $1.info.pending }
        let named: TerminalText = most.map { "\($0.info.name) holds \($0.info.pending)" } ?? ""
        return held.map {
            "\(named); the last of them was heard of \(time: latest) ago, an entry is held for \(time: $0)"
        } ?? "\(named); the last of them was heard of \(time: latest) ago"
    }
}
