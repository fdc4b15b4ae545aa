import Caracal
import Postgres
import Redis
import Text

/// Which Postgres has the outboxes, and who to be there, each value with its origin.
///
/// `DATABASE_URL`, or the file that `DATABASE_URL_FILE` names, goes before libpq's own variables, which fill in what it leaves out.
/// Under a context only what the context says is read.
struct DatabaseSettings {
    /// The URL; nil where libpq's own variables name the server.
    let url: Setting<PostgresURL>?
    /// The first of libpq's variables that name a server, where there is no URL.
    private let variable: Setting<String>?
    /// The password in the file that `PGPASSWORD_FILE` names, where neither the URL nor `PGPASSWORD` has one.
    private let filePassword: Setting<Secret>?
    private let source: SettingsSource
    /// What is allowed, and still worth a word.
    let warnings: [Finding]

    /// Any of these names a server all by itself.
    private static let serverVariables = ["PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE"]

    /// What is set; nil where nothing names a database.
    static func resolve(_ source: SettingsSource = .process) throws(SettingsError) -> DatabaseSettings? {
        let url = try url(source)
        let variable = serverVariables.lazy.compactMap(source.variable).first
        guard url != nil || variable != nil else { return nil }
        return try DatabaseSettings(url: url, variable: variable, source)
    }

    /// What is set; an error that says how to set it where nothing is.
    static func required(_ source: SettingsSource) throws -> DatabaseSettings {
        if let settings = try resolve(source) { return settings }
        if let context = source.context {
            throw CommandError(
                .configuration,
                "context \(context.context.name) names no database: give it database_url or database_url_file (under a "
                    + "context DATABASE_URL is not read)"
            )
        }
        throw CommandError(
            .configuration,
            "no database is named: set DATABASE_URL, or DATABASE_URL_FILE (postgres://host:5432/caracal, with "
                + "user:password@ before the host)"
        )
    }

    private init(
        url: Setting<PostgresURL>?,
        variable: Setting<String>?,
        _ source: SettingsSource
    ) throws(SettingsError) {
        self.url = url
        self.variable = variable
        self.source = source
        guard url?.value.password == nil, source.variable("PGPASSWORD") == nil,
            let path = source.variable("PGPASSWORD_FILE")
        else {
            (filePassword, warnings) = (nil, [])
            return
        }
        let content = try source.content(of: path)
        filePassword = Setting(content.value.secret, content.origin)
        warnings = content.value.isReadableByOthers ? [.openPasswordFile(content.origin)] : []
    }

    private static func url(_ source: SettingsSource) throws(SettingsError) -> Setting<PostgresURL>? {
        if let text = source.variable("DATABASE_URL") { return try parse(text.value, text.origin) }
        guard let path = source.variable("DATABASE_URL_FILE") else { return nil }
        let content = try source.content(of: path)
        guard let text = String(validating: content.value.secret.bytes, as: UTF8.self) else {
            throw SettingsError("the URL in \(content.origin) is not UTF-8")
        }
        return try parse(text, content.origin)
    }

    private static func parse(_ text: String, _ origin: Origin) throws(SettingsError) -> Setting<PostgresURL> {
        do {
            return Setting(try PostgresURL(text), origin)
        } catch {
            throw SettingsError("\(origin) is not a usable URL: \(error)")
        }
    }

    /// What there is to connect to.
    ///
    /// - Parameter isReadOnly: whether the session may only look.
    func postgres(isReadOnly: Bool) -> PostgresSettings {
        PostgresSettings(
            url: url?.value,
            password: filePassword?.value,
            usesEnvironment: source.context == nil,
            isReadOnly: isReadOnly,
            namedBy: "\(url?.origin ?? variable?.origin ?? .standard)"
        )
    }
}

// MARK: - For completion

extension DatabaseSettings {
    /// A connection that only looks, soon or not at all.
    ///
    /// - Parameter deadline: when everything must be over.
    func connectForCompletion(until deadline: Deadline) throws(PostgresError) -> PostgresConnection {
        // What nobody waits for any more ends on the server too.
        let timeouts = Timeouts(command: .seconds(1), end: deadline)
        return try PostgresConnection.connect(to: postgres(isReadOnly: true), timeouts: timeouts)
    }
}

// MARK: - For env

extension DatabaseSettings {
    /// The servers, as messages name them; nil where libpq finds them by a service or by its default.
    var address: Setting<String>? {
        if let url, !url.value.hosts.isEmpty {
            let port = source.variable("PGPORT")?.value ?? "5432"
            let hosts = url.value.hosts.map { host in
                Self.address(host.name, host.port.map { "\($0)" } ?? port)
            }
            return Setting(hosts.joined(separator: ","), url.origin)
        }
        guard let host = parameter("host") ?? source.variable("PGHOST") ?? source.variable("PGHOSTADDR") else {
            return nil
        }
        return Setting(
            Self.address(host.value, (parameter("port") ?? source.variable("PGPORT"))?.value ?? "5432"),
            host.origin
        )
    }

    private static func address(_ host: String, _ port: String) -> String {
        if host.hasPrefix("/") { return "\(host)/.s.PGSQL.\(port)" }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// The database.
    var database: Setting<String>? {
        part(\.database) ?? parameter("dbname") ?? source.variable("PGDATABASE")
    }

    /// The role.
    var user: Setting<String>? { part(\.user) ?? parameter("user") ?? source.variable("PGUSER") }

    /// The password; nil where there is none but perhaps in ~/.pgpass.
    var password: Setting<Secret>? {
        part(\.password) ?? parameter("password").map { Setting(Secret(Array($0.value.utf8)), $0.origin) }
            ?? source.variable("PGPASSWORD").map { Setting(Secret(Array($0.value.utf8)), $0.origin) } ?? filePassword
    }

    /// How TLS is spoken.
    var sslMode: Setting<String>? { parameter("sslmode") ?? source.variable("PGSSLMODE") }

    /// The section of libpq's service file.
    var service: Setting<String>? { source.variable("PGSERVICE") }

    private func part<Value: Sendable>(_ path: KeyPath<PostgresURL, Value?>) -> Setting<Value>? {
        url.flatMap { url in url.value[keyPath: path].map { Setting($0, url.origin) } }
    }

    private func parameter(_ name: String) -> Setting<String>? {
        url.flatMap { url in
            url.value.parameters.last { $0.name == name }
                .map { Setting(String(decoding: $0.value.bytes, as: UTF8.self), url.origin) }
        }
    }
}
