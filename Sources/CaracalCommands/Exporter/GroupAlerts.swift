import Caracal

/// The alerts about the groups of the table, and about others that have consumers.
struct GroupAlerts {
    /// What their figures are judged by.
    let limits: CheckLimits

    /// The rules.
    var rules: [AlertRule] { figures + events }

    /// The greatest sample of a group's figure, whatever its quality.
    private func figure(_ metric: Metric) -> String { "max without (quality) (\(metric){quality!=\"at_most\"})" }

    /// What alarms count.
    private var isCounted: String { "\(Metric.groupCounted) == 1" }

    private static let place = "{{ $labels.group }} of {{ $labels.stream }}"

    private var figures: [AlertRule] {
        let lag = AlertRule.each(limits.lag) { severity, limit in
            AlertRule(
                "CaracalLag",
                severity,
                for: 5,
                "\(figure(.groupLag)) > \(limit) and \(isCounted)",
                summary: "\(AlertRule.count) entries wait for \(Self.place)",
                description: "Its readers are too slow, or gone. Type: caracalctl pending",
                .pending
            )
        }
        let pending = AlertRule.each(limits.pending) { severity, limit in
            AlertRule(
                "CaracalPending",
                severity,
                for: 5,
                "\(figure(.groupPending)) > \(limit) and \(isCounted)",
                summary: "\(AlertRule.count) entries of \(Self.place) are not acknowledged",
                description: "A reader hangs, or does not acknowledge. Type: caracalctl pending",
                .pending
            )
        }
        let oldest = AlertRule.each(limits.oldest, scale: 1000) { severity, limit in
            AlertRule(
                "CaracalOldestPending",
                severity,
                for: 1,
                "\(figure(.groupOldestIdle)) > \(limit) and \(isCounted)",
                summary: "An entry of \(Self.place) was not delivered again for {{ $value | humanizeDuration }}",
                description: "Nobody works on it, and nobody takes it over. Type: caracalctl pending",
                .pending
            )
        }
        let silent = AlertRule.each(limits.oldest, scale: 1000) { severity, limit in
            AlertRule(
                "CaracalReaderSilent",
                severity,
                for: 1,
                "\(Metric.groupSilence) > \(limit) and \(Metric.groupBehind) > \(limit) and \(isCounted)",
                summary:
                    "No reader of \(Self.place) was heard of for {{ $value | humanizeDuration }}, and entries wait",
                description: "Its service is down, or reads something else. Type: caracalctl consumer ls",
                .pending
            )
        }
        let unread = AlertRule.each(limits.oldest, scale: 1000) { severity, limit in
            AlertRule(
                "CaracalNoReader",
                severity,
                for: 1,
                "\(Metric.groupBehind) > \(limit) and \(isCounted) and sum without (state) (\(Metric.groupConsumers)) == 0",
                summary: "\(Self.place) has no reader, and an entry waits for {{ $value | humanizeDuration }}",
                description: "Its service is down, or never read. Type: caracalctl group ls",
                .pending
            )
        }
        return lag + pending + oldest + silent + unread
    }

    private var events: [AlertRule] {
        [
            AlertRule(
                "CaracalLagUnknown",
                .warning,
                for: 15,
                "\(isCounted) unless max without (quality) (\(Metric.groupLag))",
                summary: "How far \(Self.place) is behind is not known",
                description: "It stands beyond the end of its stream, or a right is missing. Type: caracalctl pending",
                .future
            ),
            AlertRule(
                "CaracalEntriesLost",
                .critical,
                for: 0,
                "(\(figure(.groupLost)) > 0 or \(Metric.groupLostReported) > 0) and \(isCounted)",
                summary: "Entries were removed before \(Self.place) was given them",
                description:
                    "They have to be published again; once the group reads on, nothing shows it any more. Type: caracalctl doctor",
                .lost
            ),
            AlertRule(
                "CaracalEntriesSkipped",
                .warning,
                for: 0,
                "\(Metric.groupSkipped) == 1 and \(isCounted)",
                summary: "\(Self.place) may have been put behind entries that it had not read, or beyond the end",
                description: "Type: caracalctl doctor, then caracalctl group seek to have them delivered",
                .missingGroup
            ),
            AlertRule(
                "CaracalLastDelivery",
                .warning,
                for: 1,
                "\(figure(.groupMostDeliveries)) >= \(Metric.groupDeliveryLimit) - 1",
                summary: "The next failure makes an entry of \(Self.place) a dead letter",
                description: "It was delivered \(AlertRule.count) times. Type: caracalctl pending",
                .lastDelivery
            ),
        ]
    }
}
