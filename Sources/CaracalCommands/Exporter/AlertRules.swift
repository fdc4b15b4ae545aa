import Caracal

/// The alert rules for Prometheus: what `check` judges, by the same limits (`--print-rules`).
///
/// Of a figure that is "at least" as much the limit is crossed as of an exact one. The label `quality` is left out, so that an alert
/// goes on where the quality changes.
struct AlertRules {
    /// What is judged by.
    let limits: CheckLimits
    /// Whether a missing signature is a failure.
    let requiresSignatures: Bool

    init(limits: CheckLimits = CheckLimits(), requiresSignatures: Bool = true) {
        self.limits = limits
        self.requiresSignatures = requiresSignatures
    }

    /// The rules, by what they are about.
    var groups: [(name: String, rules: [AlertRule])] {
        [
            ("caracal-look", look), ("caracal-table", table), ("caracal-groups", GroupAlerts(limits: limits).rules),
            ("caracal-dead-letters", deadLetters), ("caracal-messages", messages),
            ("caracal-server", ServerAlerts(limits: limits).rules),
            ("caracal-outboxes", OutboxAlerts(limits: limits).rules),
        ]
    }

    /// The file of rules.
    var text: String {
        let heading = """
            # Alert rules for Caracal's message bus, from caracalctl \(Version.number).
            # The limits are those of: caracalctl check
            groups:

            """
        return groups.reduce(heading) { text, group in
            text + "  - name: \(group.name)\n    rules:\n" + group.rules.map(\.yaml).joined()
        }
    }

    // MARK: The look itself

    private var look: [AlertRule] {
        [
            AlertRule(
                "CaracalAbsent",
                .critical,
                for: 5,
                "absent(\(Metric.up))",
                summary: "No figures of the message bus",
                description: "Prometheus has no figure of caracalctl. See whether the exporter runs and is scraped.",
                .slow
            ),
            AlertRule(
                "CaracalDown",
                .critical,
                for: 1,
                "\(Metric.up) == 0",
                summary: "Redis cannot be asked from {{ $labels.instance }}",
                description:
                    "Type: caracalctl doctor. It says why: the server, the network, a password or a certificate.",
                .failover
            ),
            AlertRule(
                "CaracalStale",
                .critical,
                for: 1,
                "time() - \(Metric.scrapeTimestamp) > 300",
                summary: "The figures of {{ $labels.instance }} are {{ $value | humanizeDuration }} old",
                description: "The job that writes them (cron, a timer) does not run, or check does not end.",
                .slow
            ),
            AlertRule(
                "CaracalLookIncomplete",
                .warning,
                for: 15,
                "\(Metric.lookComplete) == 0",
                summary: "Not looked at: {{ $labels.question }}",
                description:
                    "It takes too long, or a right is missing, and no alert about it can fire. Type: caracalctl doctor",
                .slow
            ),
        ]
    }

    // MARK: Streams, dead letters, messages

    private var table: [AlertRule] {
        [
            AlertRule(
                "CaracalStreamMissing",
                .critical,
                for: 1,
                "\(Metric.streamExists) == 0",
                summary: "The stream {{ $labels.stream }} does not exist",
                description: "Type: caracalctl provision --check, then caracalctl provision",
                .missingGroup
            ),
            AlertRule(
                "CaracalGroupMissing",
                .critical,
                for: 1,
                "\(Metric.groupExists) == 0 and \(Metric.groupRequired) == 1",
                summary: "The group {{ $labels.group }} of {{ $labels.stream }} does not exist",
                description:
                    "Its service gets no messages. Type: caracalctl provision --check, then caracalctl provision",
                .missingGroup
            ),
        ]
    }

    private var deadLetters: [AlertRule] {
        AlertRule.each(limits.deadLetters) { severity, limit in
            AlertRule(
                "CaracalDeadLetters",
                severity,
                for: 1,
                "\(Metric.deadLetters) > \(limit)",
                summary: "\(AlertRule.count) dead letters in {{ $labels.stream }}",
                description: "Type: caracalctl dlq. It tells the reasons, and which of them can be put back.",
                .deadLetters
            )
        }
    }

    private var messages: [AlertRule] {
        let invalid = AlertRule(
            "CaracalInvalidSignatures",
            .critical,
            for: 0,
            "\(Metric.signatures){verdict=\"invalid\"} > 0",
            summary: "Invalid signatures among the newest entries of {{ $labels.stream }}",
            description: "Somebody else writes, or with another key. Type: caracalctl verify-sig",
            .tampering
        )
        let unsigned = AlertRule(
            "CaracalUnsignedEntries",
            .critical,
            for: 0,
            "\(Metric.signatures){verdict=\"unsigned\"} > 0",
            summary: "Unsigned entries among the newest of {{ $labels.stream }}",
            description:
                "Consumers skip them. A publisher has no key, or somebody else writes. Type: caracalctl verify-sig",
            .otherKey
        )
        let ahead = AlertRule(
            "CaracalIdsAhead",
            .warning,
            for: 0,
            "\(Metric.streamIDLead) > \(FutureEntries.leeway / 1000)",
            summary: "The last id of {{ $labels.stream }} is {{ $value | humanizeDuration }} ahead of the clock",
            description: "An entry was added with an id of its own, or the clock was set back. Type: caracalctl doctor",
            .future
        )
        return [invalid] + (requiresSignatures ? [unsigned] : []) + [ahead]
    }
}
