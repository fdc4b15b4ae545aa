import ArgumentParser
import Rendering
import Text

/// How an error is written: one line for a person or one JSON object for a script on standard error, or a monitoring
/// plugin's line, which is read from standard output.
enum ErrorFormat {
    case line
    case json
    case plugin

    /// What the options of a command line ask for.
    ///
    /// - Parameter standard: the format where they ask for none.
    init(_ words: CommandLineWords, standard: OutputFormat?) {
        self.init(words.common.output.format ?? standard, isCheck: words.isCheck)
    }

    private init(_ format: OutputFormat?, isCheck: Bool) {
        switch format {
        case .json, .ndjson: self = .json
        // A plugin's line has no place among metrics.
        case .prometheus: self = .line
        case .table, .wide, .csv, nil: self = isCheck ? .plugin : .line
        }
    }

    /// What the environment says of the format of results; nil where it says nothing that is one.
    static var variable: OutputFormat? {
        SettingsSource.process.environment("CARACALCTL_OUTPUT").flatMap(OutputFormat.init)
    }

    /// Writes the failure where it is read.
    ///
    /// - Parameter isInShell: whether commands in it are typed without `caracalctl` before them.
    func report(_ failure: CommandError, isInShell: Bool = false) {
        switch self {
        case .line where isInShell: Output.note("caracalctl: \(ShellWords.hint(failure.message))")
        case .line, .json: Output.note(text(failure))
        case .plugin:
            // Where its line cannot be read it says why the status is 3 all the same.
            do { try Output().write("\(text(failure))\n") } catch { Output.note(text(failure)) }
        }
    }

    /// The failure in this format, without its line feed.
    func text(_ failure: CommandError) -> TerminalText {
        switch self {
        case .line: return "caracalctl: \(failure.message)"
        case .plugin: return CheckPresentation.unknown(failure)
        case .json:
            let error: JSONValue = [
                "error": [
                    "status": .integer(Int64(failure.status.rawValue)), "code": .string("\(failure.status)"),
                    "message": JSONValue(failure.message),
                ]
            ]
            return TerminalText(keeping: String(decoding: error.line().dropLast(), as: UTF8.self))
        }
    }
}
