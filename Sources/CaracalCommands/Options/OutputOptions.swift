import ArgumentParser
import Rendering

/// How results are shown, and whether anything may be changed.
package struct OutputOptions: ParsableArguments {
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp(
            "How to show results: table, json, ndjson, and prometheus where there are metrics (default: table).",
            valueName: "format"
        )
    )
    var format: ReportFormat?

    @Flag(name: .shortAndLong, help: "Show problems only.")
    var quiet = false

    @Flag(help: "Refuse every command that writes.")
    var readOnly = false

    /// Nothing given.
    package init() {}
}

/// The output formats: every command has them all but `prometheus`, which needs something that is measured.
enum ReportFormat: String, CaseIterable, ExpressibleByArgument {
    case table
    case json
    case ndjson
    case prometheus

    var outputFormat: OutputFormat {
        switch self {
        case .table: .table
        case .json: .json
        case .ndjson: .ndjson
        case .prometheus: .prometheus
        }
    }
}
