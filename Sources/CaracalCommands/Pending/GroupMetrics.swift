import Caracal
import Redis
import Rendering

/// The groups' figures for a monitoring system. What is unknown has no sample, nor what is no loss; what is at least so much has that, and
/// says so in a label.
struct GroupMetrics {
    private let groups: [GroupStanding]
    /// How often an audit event is delivered before it becomes a dead letter; nil where the setting cannot be read.
    private let maxDeliveries: UInt64?

    init(_ groups: [GroupStanding], maxDeliveries: UInt64?) {
        self.groups = groups.filter { $0.info != nil }
        self.maxDeliveries = maxDeliveries
    }

    var families: [MetricFamily] {
        [
            family(.groupPending) {
                $0.info.map { .exact($0.pending) }
            },
            family(.groupLag) { $0.shownLag },
            family(.groupLost) { $0.canLose ? $0.lost : nil },
            behind, read, reportedLosses,
            family(.groupTrimHorizon) {
                $0.trimHorizon
            },
            family(.groupOldestIdle, scale: 1000) {
                $0.oldestIdle
            },
            family(.groupMostDeliveries) {
                $0.mostDeliveries
            },
            deliveryLimits, consumers,
        ]
    }

    /// Of groups whose service gives up on an entry.
    private var deliveryLimits: MetricFamily {
        var family = MetricFamily(.groupDeliveryLimit)
        guard let maxDeliveries else { return family }
        for group in groups {
            let limit = group.deliveryLimit(maxDeliveries).map { Double($0) }
            family.append(["stream": group.stream.name, "group": group.name.readable], limit)
        }
        return family
    }

    /// What is not known has no sample. Less than 0 is an id ahead of the server's clock.
    private var behind: MetricFamily {
        var family = MetricFamily(.groupBehind)
        for group in groups {
            let seconds = group.behind.map { Double($0) / 1000 }
            family.append(["stream": group.stream.name, "group": group.name.readable], seconds)
        }
        return family
    }

    private var read: MetricFamily {
        var family = MetricFamily(.groupRead)
        for group in groups {
            let count = group.info?.entriesRead.map { Double($0) }
            family.append(["stream": group.stream.name, "group": group.name.readable], count)
        }
        return family
    }

    /// What the server's counters say has no quality.
    private var reportedLosses: MetricFamily {
        var family = MetricFamily(.groupLostReported)
        for group in groups {
            guard group.canLose, case .reported(let count)? = group.loss else { continue }
            family.append(["stream": group.stream.name, "group": group.name.readable], Double(count))
        }
        return family
    }

    private func family(
        _ metric: Metric,
        scale: Double = 1,
        _ quantity: (GroupStanding) -> Quantity?
    ) -> MetricFamily {
        var family = MetricFamily(metric)
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
        var family = MetricFamily(.groupConsumers)
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
