import Redis
import Text

/// The settings that the specification requires and INFO does not tell, each asked for by itself: several patterns in one
/// CONFIG GET need Redis 7.
package struct ServerSettings: Sendable, Equatable {
    /// What was answered, by name.
    package var answers: [String: Result<ConfigValues, Refusal>]

    /// The settings that are asked for. Never `requirepass`: its value is the password.
    static let names = [
        "appendfsync", "save", "protected-mode", "bind", "port", "tls-port", "timeout", "tcp-keepalive",
    ]

    /// A setting as the server writes it.
    package subscript(_ name: String) -> ServerFact<TerminalText> {
        guard let answer = answers[name] else { return .unknown }
        return ServerFact(answer) { $0.bytes(name).map { TerminalText($0) } }
    }

    /// Holds a setting against what it should be.
    ///
    /// - Parameter judge: says what is wrong with a value, nil when nothing is.
    func examine(_ name: String, _ judge: (TerminalText) -> CheckOutcome?) -> Inspection {
        let value: TerminalText = self[name].value ?? ""
        return Inspection(self[name], "\(name)", "CONFIG GET") { judge($0).map { [$0] } ?? [] }
            .or("\(name) is \(value.isEmpty ? "empty" : value)")
    }

    /// The command that sets it now and, where the server has one, in its configuration file.
    static func fix(_ name: String, _ value: String) -> TerminalText {
        "\(RedisCLI.text) CONFIG SET \(name) \(value) && \(RedisCLI.text) CONFIG REWRITE"
    }
}
