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

    /// A variable that is set to something, or what the context says in its stead.
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
