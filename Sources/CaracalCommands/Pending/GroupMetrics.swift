import Caracal
import Redis
import Rendering

/// The groups' figures for a monitoring system. What is unknown has no sample; what is at least so much has that, and
/// says so in a label.
struct GroupMetrics {
    private let groups: [GroupStanding]

    init(_ groups: [GroupStanding]) {
        self.groups = groups.filter { $0.info != nil }
    }

    var families: [MetricFamily] {
        [
            family("caracal_group_pending_entries", "Entries delivered and not acknowledged.") {
                $0.info.map { .exact($0.pending) }
            },
            family("caracal_group_lag_entries", "Entries still to be delivered.") { $0.shownLag },
            family("caracal_group_lost_entries", "Entries removed before they were delivered.") { $0.lost },
            behind, reportedLosses,
            family("caracal_group_trim_horizon_entries", "Entries that can be added before one is lost.") {
                $0.trimHorizon
            },
            family("caracal_group_oldest_idle_seconds", "Time since the oldest delivery that is pending.", scale: 1000)
            {
                $0.oldestIdle
            },
            family("caracal_group_most_deliveries", "Deliveries of the entry delivered most often.") {
                $0.mostDeliveries
            },
            consumers,
        ]
    }

    /// What is not known has no sample. Less than 0 is an id ahead of the server's clock.
    private var behind: MetricFamily {
        var family = MetricFamily(
            "caracal_group_behind_seconds",
            .gauge,
            help: "Age of the oldest entry still to be delivered; 0 when none waits."
        )
        for group in groups {
            let seconds = group.behind.map { Double($0) / 1000 }
            family.append(["stream": group.stream.name, "group": group.name.readable], seconds)
        }
        return family
    }

    /// What the server's counters say has no quality.
    private var reportedLosses: MetricFamily {
        var family = MetricFamily(
            "caracal_group_lost_entries_reported",
            .gauge,
            help: "Entries removed before they were delivered, by the server's counters."
        )
        for group in groups {
            guard case .reported(let count)? = group.loss else { continue }
            family.append(["stream": group.stream.name, "group": group.name.readable], Double(count))
        }
        return family
    }

    private func family(
        _ name: String,
        _ help: String,
        scale: Double = 1,
        _ quantity: (GroupStanding) -> Quantity?
    ) -> MetricFamily {
        var family = MetricFamily(name, .gauge, help: help)
        for group in groups {
            guard let quantity = quantity(group) else { continue }
            family.append(
                ["stream": group.stream.name, "group": group.name.readable, "quality": quantity.quality],
                quantity.value.map { Double($0) / scale }
            )
        }
        return family
    }

    private var consumers: MetricFamily {
        var family = MetricFamily("caracal_group_consumers", .gauge, help: "Consumers by what can be said of them.")
        for group in groups {
            for state in ConsumerState.allCases {
                family.append(
                    ["stream": group.stream.name, "group": group.name.readable, "state": state.rawValue],
                    count: group.count(state)
                )
            }
        }
        return family
    }
}
