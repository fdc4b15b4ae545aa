/// The ways a report can be written: `-o`.
package enum OutputFormat: String, Sendable, CaseIterable {
    /// For people: aligned columns.
    case table
    /// One document: the envelope.
    case json
    /// One line for each item.
    case ndjson
    /// Metrics in the text exposition format.
    case prometheus
}

extension OutputFormat {
    /// `report` in this format. This is the one place that knows all formats.
    /// - Returns: `nil` if the report has no such form, that is, no metrics.
    package func render(_ report: some Presentable, look: TerminalLook = .plain) -> [UInt8]? {
        switch self {
        case .table: Array(report.table(look).utf8)
        case .json: report.envelope.json.prettyDocument()
        case .ndjson: report.envelope.lines()
        case .prometheus: report.metrics.map { Array(Prometheus.text($0).utf8) }
        }
    }
}
