import ArgumentParser
import Rendering

/// How results are shown, and whether anything may be changed.
package struct OutputOptions: ParsableArguments {
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("How to show results: table, json or ndjson (default: table).", valueName: "format")
    )
    var format: ReportFormat?

    @Flag(name: .shortAndLong, help: "Show problems only.")
    var quiet = false

    @Flag(help: "Refuse every command that writes.")
    var readOnly = false

    /// Nothing given.
    package init() {}
}

/// The output formats every command has.
enum ReportFormat: String, CaseIterable, ExpressibleByArgument {
    case table
    case json
    case ndjson

    var outputFormat: OutputFormat {
        switch self {
        case .table: .table
        case .json: .json
        case .ndjson: .ndjson
        }
    }
}
