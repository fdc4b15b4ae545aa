import Redis
import Text

extension HealthCheck {
    static let stuckConsumers = HealthCheck(
        "stuck-consumers",
        subject: """
            Consumers that hold entries longer than others must leave them alone (AUDIT_CLAIM_IDLE_SECS), and those that \
            were not heard of for ten times as long.
            """,
        reason: """
            What they hold is delivered to nobody else until someone claims it. A consumer that still asks, and does not \
            acknowledge, may be at work on something long.
            """,
        remedy: "Restart the consumer. If it does not come back: caracalctl claim hands its entries to another one."
    ) { examination in
        examination.inspectGroups("the consumers") { group in
            guard let consumers = group.consumers else {
                return [
                    CheckOutcome(.unknown, "the consumers of \(group.title) are not known", stream: group.stream.name)
                ]
            }
            return consumers.compactMap { outcome($0, in: group, examination.setup) }
        }.or("no consumer is stuck")
    }

    /// The consumer that was heard of last of those that work, as it is typed; a placeholder where none does. One whose name is
    /// not UTF-8 cannot be given as an argument.
    private static func heir(of consumer: ConsumerStanding, in group: GroupStanding) -> TerminalText {
        let others = (group.consumers ?? []).filter {
            $0.state == .active && $0.info.name != consumer.info.name
                && String(validating: $0.info.name, as: UTF8.self) != nil
        }
        return others.min { $0.info.idle < $1.info.idle }.map { ShellWord.quoted($0.info.name) } ?? "CONSUMER"
    }

    private static func outcome(
        _ consumer: ConsumerStanding,
        in group: GroupStanding,
        _ setup: LocalSetup
    ) -> CheckOutcome? {
        guard consumer.info.pending > 0 else { return nil }
        guard consumer.state == .stuck || consumer.state == .gone else {
            guard consumer.held == nil else { return nil }
            let finding: Evidence =
                "how long the consumer \(consumer.info.name) of \(group.title) holds its entries is not known"
            return CheckOutcome(.unknown, finding, stream: group.stream.name)
        }
        let isGone = consumer.state == .gone
        let idle = setup.claimIdle % 1000 == 0 ? "\(setup.claimIdle / 1000)s" : "\(setup.claimIdle)ms"
        let held = consumer.info.pending == 1 ? "1 entry" : "\(consumer.info.pending) entries"
        let name = TerminalText(consumer.info.name)
        return CheckOutcome(
            isGone ? .failure : .warning,
            isGone
                ? "the consumer \(name) of \(group.title) is gone and holds \(held)"
                : "the consumer \(name) of \(group.title) is stuck: it holds \(held) and acknowledges none",
            stream: group.stream.name,
            evidence: consumer.held.map {
                "last heard of \(time: consumer.info.idle) ago, an entry held for \(time: $0)"
            }
                ?? "last heard of \(time: consumer.info.idle) ago",
            fix:
                "caracalctl claim \(group.words) --to \(heir(of: consumer, in: group)) --min-idle \(idle) # or restart it"
        )
    }
}
