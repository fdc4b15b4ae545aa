import ArgumentParser
import Rendering

/// How results are shown, and whether anything may be changed.
package struct OutputOptions: ParsableArguments {
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp(
            "Output format: table, json, ndjson, or prometheus where there are metrics (default: table).",
            valueName: "format"
        ),
        completion: .list(OutputFormat.allCases.map(\.rawValue))
    )
    var formatName: String?

    @Flag(name: .shortAndLong, help: "Show only problems.")
    var quiet = false

    @Flag(help: "Refuse every command that writes.")
    var readOnly = false

    @Option(help: ArgumentHelp("Confirm a write to this protected context without a question.", valueName: "context"))
    var confirm: String?

    /// Nothing given.
    package init() {}

    /// The format that was asked for; nil when none was.
    var format: OutputFormat? {
        formatName.flatMap(OutputFormat.init)
    }

    /// Refuses a format that does not exist.
    package func validate() throws {
        guard formatName == nil || format != nil else {
            throw ValidationError("--output is table, json, ndjson or prometheus")
        }
    }
}
