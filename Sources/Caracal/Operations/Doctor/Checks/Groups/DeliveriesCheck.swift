extension HealthCheck {
    static let deliveries = HealthCheck(
        "deliveries",
        subject:
            "Entries that were delivered so often that the next failure makes them dead letters (AUDIT_MAX_DELIVERIES).",
        reason: "An entry that fails again and again: its database is down, or it can never be processed.",
        remedy: "caracalctl pending shows the entry; the Audit service's log says why it fails."
    ) { examination in
        examination.counted.compactMap { group -> CheckOutcome? in
            guard let limit = group.deliveryLimit(examination.setup.maxDeliveries), let most = group.mostDeliveries,
                limit > 1, most.isCertainly(atLeast: limit - 1)
            else { return nil }
            return CheckOutcome(
                .warning,
                "\(group.title) has an entry that was delivered \(most.words) times: at \(limit) it becomes a dead letter",
                stream: group.stream.name,
                fix: "caracalctl pending \(group.words) --min-deliveries \(limit - 1)"
            )
        }.or("no entry is about to become a dead letter")
    }
}
