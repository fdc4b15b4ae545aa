import ArgumentParser
import Rendering

/// How results are shown, and whether anything may be changed, as far as options say it.
package struct OutputOptions: Sendable {
    private let common: CommonOptions

    package init(_ common: CommonOptions) {
        self.common = common
    }

    var quiet: Bool { common.has("--quiet") }
    var readOnly: Bool { common.has("--read-only") }
    var confirm: String? { common["--confirm"] }

    /// The format that was asked for; nil when none was.
    var format: OutputFormat? {
        common["--output"].flatMap(OutputFormat.init)
    }

    /// Refuses a format that does not exist.
    func validate() throws(ValidationError) {
        guard common["--output"] == nil || format != nil else {
            throw ValidationError("--output is table, json, ndjson or prometheus")
        }
    }
}
