/// A value and where it came from.
package struct Setting<Value: Sendable>: Sendable {
    /// The value.
    package let value: Value
    /// Where it came from.
    package let origin: Origin

    /// Pairs the two.
    package init(_ value: Value, _ origin: Origin) {
        self.value = value
        self.origin = origin
    }
}

extension Setting: Equatable where Value: Equatable {}

/// Where a value came from.
package enum Origin: Sendable, Equatable, CustomStringConvertible {
    /// An option on the command line, such as `--host`.
    case option(String)
    /// An environment variable.
    case environment(String)
    /// A file that an option or an environment variable names.
    case file(path: String, namedBy: String)
    /// The prompt.
    case prompt
    /// The context of that name.
    case context(String)
    /// `caracalctl context use`.
    case contextInUse
    /// Nobody said otherwise.
    case standard

    package var description: String {
        switch self {
        case .option(let name), .environment(let name): name
        case .file(let path, let name): "\(name) (\(path))"
        case .prompt: "--ask-password"
        case .context(let name): "context \(name)"
        case .contextInUse: "context use"
        case .standard: "default"
        }
    }
}
