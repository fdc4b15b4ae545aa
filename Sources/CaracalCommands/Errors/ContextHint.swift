import Text

/// What to add to an error where a context names the server: there the environment tells neither the user nor the password, and who
/// has set them wonders why they do not arrive.
struct ContextHint {
    /// The context as messages name it: `context prod`.
    let name: String
    /// The variables of the environment that are not read under it.
    private let environment: @Sendable (String) -> String?

    /// - Parameter namedBy: what named the server; nil, and nothing comes of it, where that is no context.
    init?(_ namedBy: String?, environment: @escaping @Sendable (String) -> String? = SettingsSource.process.environment)
    {
        guard let namedBy, namedBy.hasPrefix("context ") else { return nil }
        // What stands behind it is the file that the context names.
        name = namedBy.split(separator: " ").prefix(2).joined(separator: " ")
        self.environment = environment
    }

    /// Who to be on Redis.
    static let redisLogin = [
        "CARACALCTL_PASSWORD_FILE", "REDIS_PASSWORD_FILE", "REDIS_PASSWORD", "REDISCLI_AUTH", "CARACALCTL_USER",
        "REDIS_USERNAME",
    ]

    /// Who to be on Postgres.
    static let postgresLogin = ["PGPASSWORD", "PGPASSWORD_FILE", "PGUSER"]

    /// `; REDIS_PASSWORD is set, but not used under a context`, to follow in brackets; empty where none of the variables is set.
    func unused(_ variables: [String]) -> TerminalText {
        let set = variables.filter { !(environment($0) ?? "").isEmpty }
        guard let last = set.last else { return "" }
        let first = set.dropLast()
        let names = first.isEmpty ? last : "\(first.joined(separator: ", ")) and \(last)"
        return "; \(names) \(first.isEmpty ? "is" : "are") set, but not used under a context"
    }

    /// What to do where Redis asks for a password.
    var redisPassword: TerminalText {
        "give a password: --password-file, or password_file in \(name)\(unused(Self.redisLogin))"
    }

    /// What to do where Postgres asks for a password.
    var postgresPassword: TerminalText {
        "give it in ~/.pgpass, or in the file that database_url_file in \(name) names\(unused(Self.postgresLogin))"
    }
}
