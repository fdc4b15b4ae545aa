import Glibc
import Redis
import Text

/// Where settings are read from beside the command line: the environment, files, and the operator.
package struct SettingsSource: Sendable {
    /// The value of an environment variable; nil when it is unset. An empty one counts as unset.
    package var environment: @Sendable (String) -> String?
    /// The content of a file that holds one value.
    package var file: @Sendable (String) throws(SecretFileError) -> SecretFile.Content
    /// Asks the operator for the password; nil when there is no terminal to ask at.
    package var askPassword: @Sendable () -> Secret?
    /// The context that stands in for what the environment says of a server; nil for none.
    var context: ChosenContext?

    /// The process's own environment, the file system, and the terminal.
    package static let process = SettingsSource(
        environment: { name in getenv(name).map { String(cString: $0) } },
        file: { path throws(SecretFileError) in try SecretFile.read(path) },
        askPassword: PasswordPrompt.ask
    )

    /// A variable that is set to something, or what the context says instead.
    func variable(_ name: String) -> Setting<String>? {
        switch context?.answer(name, self) {
        case .value(let setting): return setting
        case .nothing: return nil
        case nil: break
        }
        guard let value = environment(name), !value.isEmpty else { return nil }
        return Setting(value, .environment(name))
    }

    /// Whether a variable is set to something.
    func has(_ name: String) -> Bool {
        variable(name) != nil
    }

    /// Whether the environment sets a variable that is not read, as a context stands in for it.
    func isUnused(_ name: String) -> Bool {
        context != nil && variable(name) == nil && environment(name)?.isEmpty == false
    }

    /// The same under a context.
    func under(_ context: ChosenContext?) -> SettingsSource {
        var source = self
        source.context = context
        return source
    }

    /// A path whose `~/` is the home folder.
    func expanded(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = environment("HOME") else { return path }
        return home + path.dropFirst()
    }

    /// The content of the file that `path` names.
    func content(of path: Setting<String>) throws(SettingsError) -> Setting<SecretFile.Content> {
        do {
            return Setting(try file(path.value), .file(path: path.value, namedBy: path.origin.description))
        } catch {
            let isShown = SecretFile.isPlainlyAPath(path.value)
            throw SettingsError(
                isShown
                    ? "cannot use \(path.origin), the file \(path.value): \(error.reason)"
                    : "cannot use \(path.origin): \(error.reason) (a file is to be named; what was given is not shown, "
                        + "since it may be the secret itself)"
            )
        }
    }
}

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

extension SettingsSource {
    /// A flag of the command line, or the variable that stands in for it: 1, true, yes or on, or their opposites.
    func flag(_ option: Bool, _ name: String, _ variable: String) throws(SettingsError) -> Setting<Bool> {
        if option { return Setting(true, .option(name)) }
        guard let variable = self.variable(variable) else { return Setting(false, .standard) }
        switch variable.value.lowercased() {
        case "1", "true", "yes", "on": return Setting(true, variable.origin)
        case "0", "false", "no", "off": return Setting(false, variable.origin)
        default: throw SettingsError("\(variable.origin) is neither 1 nor 0")
        }
    }
}

/// A setting that cannot be used. One line that names the setting and never repeats a secret.
package struct SettingsError: Error, Sendable, Equatable {
    /// What is wrong and with which setting.
    package let message: TerminalText
    /// Whether it is a value that was typed wrongly, and no fault of the surroundings.
    package let isTyped: Bool

    /// Wraps a message.
    ///
    /// - Parameter origin: where a value comes from that has no meaning; nil for any other fault.
    package init(_ message: TerminalText, valueOf origin: Origin? = nil) {
        self.message = message
        isTyped = if case .option = origin { true } else { false }
    }
}
