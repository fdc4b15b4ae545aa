import Caracal
import Redis
import Rendering

/// What `dlq` measures. The number of samples is bounded, as the number of reasons that are kept apart is.
struct DLQMetrics {
    let report: DeadLetterReport

    var families: [MetricFamily] { [entries] + details }

    /// What it measures beside how many there are.
    var details: [MetricFamily] {
        [
            ages(.deadLettersOldest, \.oldest), ages(.deadLettersNewest, \.newest),
            reasons(.deadLettersByReason, \.count),
            reasons(.deadLettersReplayable, \.replayable), signatures,
        ]
    }

    private var entries: MetricFamily {
        var family = MetricFamily(.deadLetters)
        for stream in report.streams where stream.look.state.info != nil {
            family.append(["stream": stream.look.target.key.readable], count: stream.count.map { Int(clamping: $0) })
        }
        return family
    }

    private func ages(_ metric: Metric, _ end: (DeadLetterReport.Stream) -> EntryID?) -> MetricFamily {
        var family = MetricFamily(metric)
        for stream in report.streams {
            let age = end(stream).map { Double(report.age(of: $0)) / 1000 }
            family.append(["stream": stream.look.target.key.readable], age)
        }
        return family
    }

    /// A reason may be called as the lumped ones are: two samples with the same labels would spoil the whole scrape.
    private func reasons(_ metric: Metric, _ count: (DeadLetterGroup) -> UInt64) -> MetricFamily {
        var family = MetricFamily(metric)
        for stream in report.streams {
            var counts: [(reason: String, count: UInt64)] = []
            for group in stream.groups {
                let reason = group.reasonKind?.readable ?? "other reasons"
                if let place = counts.firstIndex(where: { $0.reason.utf8.elementsEqual(reason.utf8) }) {
                    counts[place].count += count(group)
                } else {
                    counts.append((reason, count(group)))
                }
            }
            for (reason, count) in counts {
                family.append(
                    ["stream": stream.look.target.key.readable, "reason": reason],
                    count: Int(clamping: count)
                )
            }
        }
        return family
    }

    private var signatures: MetricFamily {
        var family = MetricFamily(.deadLettersBySignature)
        let outcomes: KeyValuePairs<String, KeyPath<DeadLetterGroup, UInt64>> = [
            "valid": \.valid, "invalid": \.invalid, "unsigned": \.unsigned, "unchecked": \.unchecked,
            "malformed": \.malformed,
        ]
        for stream in report.streams {
            for (outcome, count) in outcomes where !stream.groups.isEmpty {
                let sum = stream.groups.reduce(0) { $0 + $1[keyPath: count] }
                let labels: KeyValuePairs = ["stream": stream.look.target.key.readable, "signature": outcome]
                family.append(labels, count: Int(clamping: sum))
            }
        }
        return family
    }
}
