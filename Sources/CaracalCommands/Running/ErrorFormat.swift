import Rendering

/// How an error is written to standard error: one line for a person, or one JSON object for a script.
enum ErrorFormat {
    case line
    case json

    /// What the parsed options ask for.
    init(_ options: OutputOptions) {
        let format =
            options.format ?? (SettingsSource.process.environment("CARACALCTL_OUTPUT")).flatMap(ReportFormat.init)
        self = format == .json || format == .ndjson ? .json : .line
    }

    /// What the arguments ask for, for a command line that could not be parsed.
    init(_ arguments: [String]) {
        let asked = zip(arguments, arguments.dropFirst()).contains {
            ["-o", "--output"].contains($0) && $1.hasSuffix("json")
        }
        let joined = arguments.contains { ["-ojson", "-ondjson", "--output=json", "--output=ndjson"].contains($0) }
        self = asked || joined ? .json : .line
    }

    /// The failure in this format, without its line feed.
    func text(_ failure: Failure) -> String {
        switch self {
        case .line: return "caracalctl: \(failure.message)"
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
