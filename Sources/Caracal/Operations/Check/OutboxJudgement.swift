import Text

/// What `check` makes of the outboxes.
struct OutboxJudgement {
    /// Of each table: its dead rows, and how long the oldest has waited.
    private(set) var measures: [CheckMeasure] = []
    /// Tables that cannot be looked at.
    private(set) var faults: [CheckProblem] = []
    /// Tables that are not there.
    private(set) var unlooked: [Unlooked] = []

    /// - Parameter outboxes: what a look at them came to; nil where no database is set.
    init(_ outboxes: OutboxSight<OutboxStatus.Report>?, _ limits: CheckLimits) {
        switch outboxes {
        case nil: break
        case .unreachable(let reason):
            faults = [.outboxes(Finding(.outboxUnknown, .failure, "the outboxes are unknown: \(reason)"))]
        case .seen(let report)
        where report.problems.count(where: { $0.reason == .missing }) == OutboxTable.allCases.count:
            let names = OutboxTable.allCases.map { TerminalText($0.name) }.joined(separator: ", ")
            faults = [
                .outboxes(
                    Finding(.outboxUnknown, .failure, "the outboxes are unknown: the database has none (\(names))")
                )
            ]
        case .seen(let report):
            for table in OutboxTable.allCases { judge(table, report, limits) }
        }
    }

    private mutating func judge(_ table: OutboxTable, _ report: OutboxStatus.Report, _ limits: CheckLimits) {
        if let problem = report.problems.first(where: { $0.outbox == table }) {
            guard problem.reason == .missing else { return faults.append(.outboxes(problem.finding)) }
            let text = "outbox \(table.rawValue) (no table \(table.name))"
            return unlooked.append(Unlooked(.outboxes, wasAsked: false, text))
        }
        let lines = report.lines.filter { $0.outbox == table }
        let dead = lines.reduce(UInt64(0)) { $0.saturatingAdd($1.dead) }
        let oldest = lines.compactMap(report.oldestAge).max() ?? 0
        var age = Quantity.exact(oldest)
        if lines.contains(where: report.isAgeUnknown) { age = oldest > 0 ? .atLeast(oldest) : .unknown }
        measures += [
            CheckMeasure(.outboxDead, outbox: table, .exact(dead), limits.outboxDead),
            CheckMeasure(.outboxOldest, outbox: table, age, limits.outboxOldest),
        ]
    }
}
