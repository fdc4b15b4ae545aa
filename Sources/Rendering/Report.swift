/// A report that can be written in each output format.
package protocol Presentable {
    /// What a person reads, lines ended by line feeds.
    func table(_ look: TerminalLook) -> ScreenText
    /// The table that the report is mainly about, whose columns can be chosen; nil where there is none.
    var mainTable: TextTable? { get }
    /// What a program reads.
    var envelope: Envelope { get }
    /// What a monitoring system reads, or `nil` where there is nothing to measure.
    var metrics: [MetricFamily]? { get }
}

extension Presentable {
    /// Most reports measure nothing.
    package var metrics: [MetricFamily]? { nil }

    package var mainTable: TextTable? { nil }
}

/// The ways a report can be written: `-o`.
package enum OutputFormat: String, Sendable, CaseIterable {
    /// For people: aligned columns.
    case table
    /// The same with every column at its full width.
    case wide
    /// The main table as comma-separated values.
    case csv
    /// One document: the envelope.
    case json
    /// One line for each item.
    case ndjson
    /// Metrics in the text exposition format.
    case prometheus
}

extension OutputFormat {
    /// The formats in a sentence.
    package static let names = "table, wide, csv, json, ndjson or prometheus"

    /// Whether it is for people, or shows what is laid out for them.
    package var isTable: Bool {
        switch self {
        case .table, .wide, .csv: true
        case .json, .ndjson, .prometheus: false
        }
    }

    /// `report` in this format. This is the one place that knows all formats.
    /// - Returns: `nil` if the report has no such form, that is, no table or no metrics.
    package func render(_ report: some Presentable, look: TerminalLook = .plain) -> [UInt8]? {
        switch self {
        case .table, .wide: report.table(look).bytes
        case .csv: report.mainTable.map { Array($0.csv(look.choices).utf8) }
        case .json: report.envelope.json.prettyDocument()
        case .ndjson: report.envelope.lines()
        case .prometheus: report.metrics.map { Array(Prometheus.text($0).utf8) }
        }
    }
}

/// What every JSON document of ours looks like:
/// `{"schema":…,"at":…,"server":{…},"items":[…],"summary":{…},"warnings":[{"code","message"}]}`.
package struct Envelope: Sendable, Equatable {
    /// Something the operator should know that is no finding of the command.
    package struct Warning: Sendable, Equatable {
        /// For programs: snake case, never reworded.
        package let code: String
        /// For people: one line.
        package let message: String

        /// A warning.
        package init(code: String, message: String) {
            self.code = code
            self.message = message
        }
    }

    /// Name and version of the items' shape: `caracalctl.xlen/1`.
    package let schema: String
    /// When it was looked at, in Unix milliseconds.
    package let at: Int
    /// `address`, `version` and `role` of the server, or `null` where none was asked.
    package let server: JSONValue
    /// What the command is about, one by one.
    package let items: [JSONValue]
    /// What the items come to: an object.
    package let summary: JSONValue
    /// In the order they arose.
    package let warnings: [Warning]

    /// An envelope.
    package init(
        schema: String,
        at: Int,
        server: JSONValue,
        items: [JSONValue],
        summary: JSONValue,
        warnings: [Warning]
    ) {
        self.schema = schema
        self.at = at
        self.server = server
        self.items = items
        self.summary = summary
        self.warnings = warnings
    }

    /// The envelope as a document.
    package var json: JSONValue {
        [
            "schema": .string(schema), "at": JSONValue(Format.timestamp(milliseconds: at)), "server": server,
            "items": .array(items), "summary": summary,
            "warnings": .array(
                warnings.map { ["code": .string($0.code), "message": .string($0.message)] }
            ),
        ]
    }

    /// The items alone, one a line.
    package func lines() -> [UInt8] {
        var writer = JSONWriter()
        for item in items {
            writer.write(item)
            writer.endLine()
        }
        return writer.drain()
    }
}
