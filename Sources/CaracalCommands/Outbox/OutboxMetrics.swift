import Caracal
import Rendering

/// The outboxes' figures for a monitoring system. The services export some of the same: `caracal_api_outbox_pending_total`,
/// `caracal_api_outbox_dead_total`, `caracal_api_outbox_oldest_pending_age_seconds` and `caracal_outbox_total{status}`.
struct OutboxMetrics {
    private let report: OutboxStatus.Report

    init(_ report: OutboxStatus.Report) { self.report = report }

    /// By table and stream. A table that could not be looked at has no samples.
    var families: [MetricFamily] {
        var rows = MetricFamily(
            "caracal_outbox_rows",
            .gauge,
            help:
                "Rows of an outbox that are not published: waiting (retrying and in hand among them), retrying, in hand, dead."
        )
        var oldest = MetricFamily(
            "caracal_outbox_oldest_waiting_seconds",
            .gauge,
            help: "Time since the oldest row that waits was made; 0 when none waits."
        )
        var published = MetricFamily(
            "caracal_outbox_published_last_hour",
            .gauge,
            help: "Rows published within an hour."
        )
        for line in report.lines {
            let (outbox, stream) = (line.outbox.rawValue, line.stream.readable)
            let counts: [(OutboxState, UInt64?)] = [
                (.waiting, line.waiting), (.retrying, line.retrying), (.inHand, line.inHand), (.dead, line.dead),
            ]
            for (state, count) in counts {
                let labels: KeyValuePairs = ["outbox": outbox, "stream": stream, "state": state.rawValue]
                rows.append(labels, count.map { Double($0) })
            }
            let labels: KeyValuePairs = ["outbox": outbox, "stream": stream]
            oldest.append(labels, Double(report.oldestAge(line) ?? 0) / 1000)
            published.append(labels, Double(line.publishedLastHour))
        }
        return [rows, oldest, published]
    }
}
