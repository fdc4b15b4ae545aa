import Text

extension HealthCheck {
    static let deliveries = HealthCheck(
        "deliveries",
        subject:
            "Entries whose next failed delivery makes them dead letters (AUDIT_MAX_DELIVERIES).",
        reason: "An entry that fails again and again: its database is down, or it can never be processed.",
        remedy: "caracalctl pending shows the entry; the Audit service's log says why it fails."
    ) { examination in
        examination.inspectGroups("the pending entries") { group in
            guard let limit = group.deliveryLimit(examination.setup.maxDeliveries), let most = group.mostDeliveries,
                limit > 1
            else { return [] }
            guard most.isCertainly(atLeast: limit - 1) else {
                if case .exact = most { return [] }
                let finding: Evidence =
                    "whether an entry of \(group.title) is about to become a dead letter is not known"
                return [CheckOutcome(.unknown, finding, stream: group.stream.name)]
            }
            let consequence =
                most.isCertainly(atLeast: limit)
                ? "overdue for the dead letter stream" : "the next failure makes it a dead letter"
            let outcome = CheckOutcome(
                .warning,
                "\(group.title) has an entry delivered \(most.words) times, the limit is \(limit): \(consequence)",
                stream: group.stream.name,
                fix: "caracalctl pending \(group.words) --min-deliveries \(limit - 1)"
            )
            return [outcome]
        }.or("no entry is about to become a dead letter")
    }
}
