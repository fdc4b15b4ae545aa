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
        let format =
            options.format ?? (SettingsSource.process.environment("CARACALCTL_OUTPUT")).flatMap(ReportFormat.init)
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
        let asked = zip(arguments, arguments.dropFirst()).contains {
            ["-o", "--output"].contains($0) && $1.hasSuffix("json")
        }
        let joined = arguments.contains { ["-ojson", "-ondjson", "--output=json", "--output=ndjson"].contains($0) }
        let isPlugin =
            arguments.first == CheckCommand._commandName && !arguments.contains { $0.hasSuffix("prometheus") }
        self = asked || joined ? .json : isPlugin ? .plugin : .line
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
        case .line: return "caracalctl: \(failure.message)"
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
