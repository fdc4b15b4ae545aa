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
