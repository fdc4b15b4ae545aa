import Redis
import Text

extension HealthCheck {
    static let deliveries = HealthCheck(
        "deliveries",
        subject:
            "Entries whose next failed delivery makes them dead letters (AUDIT_MAX_DELIVERIES).",
        reason: """
            An entry that fails again and again: its database is down, or it can never be processed. A restart of the \
            consumer, or a claim, has it delivered once more, and that may be the last time. Of more than 100,000 pending \
            entries the oldest are looked at.
            """,
        remedy: """
            caracalctl pending shows the entries; the Audit service's log says why they fail. End the cause before the \
            consumer is restarted or its entries are claimed. A dead letter is not lost: caracalctl dlq redrive puts it back.
            """
    ) { examination in
        examination.inspectGroups("the pending entries") { group in
            guard let limit = group.deliveryLimit(examination.setup.maxDeliveries), let most = group.mostDeliveries,
                limit > 1
            else { return [] }
            guard group.lastDeliveries.count > 0 else {
                if case .exact = most { return [] }
                let finding: Evidence =
                    "whether an entry of \(group.title) is about to become a dead letter is not known"
                return [CheckOutcome(.unknown, finding, stream: group.stream.name)]
            }
            return [outcome(GroupTrouble(group, examination), limit: limit)]
        }.or("no entry is about to become a dead letter")
    }

    private static func outcome(_ trouble: GroupTrouble, limit: UInt64) -> CheckOutcome {
        let (group, last) = (trouble.group, trouble.group.lastDeliveries)
        let holders = trouble.holders.map(\.info.name)
        // Held by one who does not work on them, they come with what else is held: who claims that should know.
        let isHeldUp = last.holders.keys.contains { holders.contains($0) }
        let most = last.holders.max { ($0.value, $1.key.readable) < ($1.value, $0.key.readable) }
        let others = last.holders.count - 1
        let held: TerminalText =
            most.map { "held by \($0.key)\(others > 0 ? " and \(Words.number(others)) more" : "")" } ?? ""
        let look: TerminalText = """
            caracalctl pending \(group.words) --min-deliveries \(limit - 1) # the Audit service's log says why they fail; \
            dead letters can go back: caracalctl dlq redrive
            """
        return CheckOutcome(
            isHeldUp && !trouble.gone.isEmpty ? .failure : .warning,
            "\(sentence(group, limit)): find out why \(last.count == 1 ? "it fails" : "they fail") before a restart or a claim",
            stream: group.stream.name,
            group: group.name,
            evidence:
                "delivered \(limit - 1) times or more, not since \(time: last.idle); \(held)",
            fix: isHeldUp ? trouble.handover : look,
            explains: isHeldUp ? ["stuck-consumers", "consumers"] : []
        )
    }

    private static func sentence(_ group: GroupStanding, _ limit: UInt64) -> TerminalText {
        let last = group.lastDeliveries
        let isOverdue = last.most >= limit
        let fate: TerminalText =
            isOverdue
            ? "one delivery from the dead letter stream, or overdue for it" : "one delivery from the dead letter stream"
        let all = Words.number(max(group.info?.pending ?? 0, last.count))
        return
            "\(last.isWhole ? "" : "at least ")\(Words.number(last.count)) of \(all) pending entries of \(group.title) "
            + "\(last.count == 1 ? "is" : "are") \(fate) (limit \(limit))"
    }
}
