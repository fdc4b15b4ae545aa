import Caracal
import Rendering

/// What `dlq` measures. The number of samples is bounded, as the number of reasons that are kept apart is.
struct DLQMetrics {
    let report: DeadLetterReport

    var families: [MetricFamily] { [entries, ages, reasons, signatures] }

    private var entries: MetricFamily {
        var family = MetricFamily("caracal_dead_letters", .gauge, help: "Dead letters in a stream of dead letters.")
        for stream in report.streams where stream.look.state.info != nil {
            family.append(["stream": stream.look.target.key.readable], count: stream.count.map { Int(clamping: $0) })
        }
        return family
    }

    private var ages: MetricFamily {
        var family = MetricFamily(
            "caracal_dead_letters_oldest_age_seconds",
            .gauge,
            help: "Age of the oldest dead letter."
        )
        for stream in report.streams {
            let age = stream.oldest.map { Double(report.age(of: $0)) / 1000 }
            family.append(["stream": stream.look.target.key.readable], age)
        }
        return family
    }

    private var reasons: MetricFamily {
        var family = MetricFamily("caracal_dead_letters_by_reason", .gauge, help: "Dead letters by reason.")
        for group in groups { family.append(labels(group), count: Int(clamping: group.count)) }
        return family
    }

    private var signatures: MetricFamily {
        var family = MetricFamily(
            "caracal_dead_letters_by_signature",
            .gauge,
            help: "Dead letters by what became of checking the signature of the message inside."
        )
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

    private var groups: [DeadLetterGroup] { report.streams.flatMap(\.groups) }

    private func labels(_ group: DeadLetterGroup) -> KeyValuePairs<String, String> {
        ["stream": group.stream.readable, "reason": group.reasonKind?.readable ?? "other reasons"]
    }
}
