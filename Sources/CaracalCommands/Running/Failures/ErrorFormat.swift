import ArgumentParser
import Rendering

/// How an error is written: one line for a person or one JSON object for a script on standard error, or a monitoring
/// plugin's line, which is read from standard output.
enum ErrorFormat {
    case line
    case json
    case plugin

    /// What the parsed options ask for.
    init(_ options: OutputOptions) {
        let format = options.format ?? Self.variable
        self = format == .json || format == .ndjson ? .json : .line
    }

    /// What a command's options ask for.
    init(_ command: any BusCommand) {
        let format = ErrorFormat(command.output)
        let isPlugin = command is CheckCommand && format == .line && command.output.format != .prometheus
        self = isPlugin ? .plugin : format
    }

    /// What the arguments ask for, for a command line that could not be parsed.
    init(_ arguments: [String]) {
        let format = Self.format(in: arguments) ?? Self.variable
        let isPlugin = arguments.first == CheckCommand._commandName && format != .prometheus
        self = format == .json || format == .ndjson ? .json : isPlugin ? .plugin : .line
    }

    private static var variable: OutputFormat? {
        SettingsSource.process.environment("CARACALCTL_OUTPUT").flatMap(OutputFormat.init)
    }

    /// `-o json`, `-ojson`, `--output json` or `--output=json`.
    private static func format(in arguments: [String]) -> OutputFormat? {
        for (word, next) in zip(arguments, arguments.dropFirst() + [""]) {
            if word == "-o" || word == "--output" { return OutputFormat(rawValue: next) }
            for name in ["-o", "--output="] where word.hasPrefix(name) {
                return OutputFormat(rawValue: String(word.dropFirst(name.count)))
            }
        }
        return nil
    }

    /// Writes the failure where it is read.
    func report(_ failure: Failure) {
        switch self {
        case .line, .json: Output.note(text(failure))
        case .plugin: try? Output().write(Array((text(failure) + "\n").utf8))
        }
    }

    /// The failure in this format, without its line feed.
    func text(_ failure: Failure) -> String {
        switch self {
        case .line: return "caracalctl: \(TerminalText.printable(failure.message))"
        case .plugin: return CheckPresentation.unknown(failure)
        case .json:
            let error: JSONValue = [
                "error": [
                    "status": .integer(Int64(failure.status.rawValue)), "code": .string("\(failure.status)"),
                    "message": .string(failure.message),
                ]
            ]
            return String(decoding: error.line().dropLast(), as: UTF8.self)
        }
    }
}
