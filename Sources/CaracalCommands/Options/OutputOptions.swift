import ArgumentParser
import Rendering

/// How results are shown, and whether anything may be changed, as far as options say it.
package struct OutputOptions: Sendable {
    private let common: CommonOptions

    package init(_ common: CommonOptions) {
        self.common = common
    }

    var quiet: Bool { common.has("--quiet") }
    var trace: Bool { common.has("--trace") }
    var readOnly: Bool { common.has("--read-only") }
    var confirm: String? { common["--confirm"] }
    var isLocal: Bool { common.has("--local") }

    /// When colour is used; nil when that was not said.
    var colour: ColourChoice? { common["--color"].flatMap(ColourChoice.init) }

    /// What is to be seen of tables.
    var choices: TableChoices {
        var choices = TableChoices()
        choices.columns = common["--columns"].map(Self.names) ?? []
        choices.showsHeading = !common.has("--no-headers")
        choices.order = common["--sort"].map { TableChoices.Order($0) }
        return choices
    }

    private static func names(_ list: String) -> [String] {
        list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    /// The format that was asked for; nil when none was.
    var format: OutputFormat? {
        common["--output"].flatMap(OutputFormat.init)
    }

    /// What other tools call a format.
    private static let synonyms = [
        "text": "table", "plain": "table", "human": "table", "pretty": "table", "full": "wide", "tsv": "csv",
        "jsonl": "ndjson", "json-lines": "ndjson", "jsonlines": "ndjson", "yaml": "json", "yml": "json",
        "raw": "ndjson",
        "metrics": "prometheus", "openmetrics": "prometheus", "nagios": "table",
    ]

    /// What may have been meant by a format that does not exist.
    private var advice: String {
        guard let text = common["--output"]?.lowercased() else { return "" }
        let near = NearestMatch.several(text, in: OutputFormat.allCases.map(\.rawValue), limit: 1)
        return (Self.synonyms[text] ?? near.first).map { " (did you mean \($0)?)" } ?? ""
    }

    /// Refuses values that do not exist.
    func validate() throws(ValidationError) {
        guard common["--output"] == nil || format != nil else {
            throw ValidationError("--output is \(OutputFormat.names)\(advice)")
        }
        if let list = common["--columns"], Self.names(list).contains("") {
            throw ValidationError("--columns takes names with commas between them: --columns stream,length")
        }
        guard common["--color"] == nil || colour != nil else {
            throw ValidationError("--color is \(ColourChoice.names)")
        }
    }
}
