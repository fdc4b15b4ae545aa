import Caracal
import Rendering

/// The outboxes' figures for a monitoring system. The services export some of the same: `caracal_api_outbox_pending_total`,
/// `caracal_api_outbox_dead_total`, `caracal_api_outbox_oldest_pending_age_seconds` and `caracal_outbox_total{status}`.
struct OutboxMetrics {
    private let report: OutboxStatus.Report
    private let lines: [OutboxStatus.Line]

    /// - Parameter mostOthers: how many streams may have samples that neither outbox is for, those with the most rows first, and none
    ///   with a long name; nil for all.
    init(_ report: OutboxStatus.Report, mostOthers: Int? = nil) {
        self.report = report
        let isKnown = { (line: OutboxStatus.Line) in line.outbox.streams.contains { $0.key == line.stream } }
        let others = report.lines.filter { !isKnown($0) }
        guard let mostOthers else {
            lines = report.lines
            return
        }
        let short = others.filter { $0.stream.count <= GroupChoice.longestName }
        let foremost = short.sorted { ($0.waiting, $0.dead) > ($1.waiting, $1.dead) }.prefix(mostOthers)
        lines = report.lines.filter(isKnown) + foremost
    }

    /// Of a look at a database, where one is set: whether it could be asked, and what is in it.
    static func families(_ sight: OutboxSight<OutboxStatus.Report>?, mostOthers: Int? = nil) -> [MetricFamily] {
        switch sight {
        case nil: []
        case .unreachable: [MetricFamily(.outboxUp, 0)]
        case .seen(let report): [MetricFamily(.outboxUp, 1)] + OutboxMetrics(report, mostOthers: mostOthers).families
        }
    }

    /// By table and stream. A table that could not be looked at has no samples.
    var families: [MetricFamily] {
        var (rows, oldest) = (MetricFamily(.outboxRows), MetricFamily(.outboxOldest))
        var (published, runOut) = (MetricFamily(.outboxPublished), MetricFamily(.outboxLocksRunOut))
        for line in lines {
            let (outbox, stream) = (line.outbox.rawValue, line.stream.readable)
            let counts: [(OutboxState, UInt64?)] = [
                (.waiting, line.waiting), (.retrying, line.retrying), (.inHand, line.inHand), (.dead, line.dead),
            ]
            for (state, count) in counts {
                let labels: KeyValuePairs = ["outbox": outbox, "stream": stream, "state": state.rawValue]
                rows.append(labels, count.map { Double($0) })
            }
            let labels: KeyValuePairs = ["outbox": outbox, "stream": stream]
            if !report.isAgeUnknown(line) { oldest.append(labels, Double(report.oldestAge(line) ?? 0) / 1000) }
            published.append(labels, line.publishedLastHour.value.map { Double($0) })
            runOut.append(labels, line.lockRunOut.map { Double($0) })
        }
        return [tables, rows, oldest, published, runOut]
    }

    private var tables: MetricFamily {
        var family = MetricFamily(.outboxTableUp)
        for table in OutboxTable.allCases {
            let problem = report.problems.first { $0.outbox == table }
            if problem?.reason != .missing { family.append(["outbox": table.rawValue], problem == nil ? 1 : 0) }
        }
        return family
    }
}
