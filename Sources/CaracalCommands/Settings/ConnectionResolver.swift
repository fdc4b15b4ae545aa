import Caracal
import Redis
import Rendering
import Text

extension ConnectionSettings {
    /// Settles every value: options before `CARACALCTL_*` before Caracal's own variables before the defaults.
    package static func resolve(
        _ options: ConnectionOptions,
        _ source: SettingsSource = .process
    ) throws(SettingsError) -> ConnectionSettings {
        let resolver = ConnectionSettingsResolver(
            options: options,
            source: source,
            address: try AddressSource.pick(options, source)
        )
        return try resolver.resolve()
    }
}

/// Settles the values one by one, once it is known which source names the server.
private struct ConnectionSettingsResolver {
    let options: ConnectionOptions
    let source: SettingsSource
    let address: AddressSource

    func resolve() throws(SettingsError) -> ConnectionSettings {
        let database = try database()
        let password = try password()
        let tls = try TLSSettings.resolve(options, source, for: address)
        let address = try serverAddress()
        let sentinels = try sentinelLogin(for: address.value)
        return ConnectionSettings(
            address: address,
            hasPortOption: options.port != nil,
            sentinelLogin: sentinels.login,
            database: database,
            user: user(),
            password: password?.setting,
            tls: tls.settings,
            connectTimeout: try duration(
                options.connectTimeout,
                "--connect-timeout",
                "CARACALCTL_CONNECT_TIMEOUT",
                .seconds(2)
            ),
            commandTimeout: try duration(options.timeout, "--timeout", "CARACALCTL_TIMEOUT", .seconds(5)),
            warnings: warnings(database: database, passwordFile: password) + sentinels.warnings + tls.warnings
        )
    }

    // MARK: Where

    private func serverAddress() throws(SettingsError) -> Setting<ServerAddress> {
        if let sentinels = try SentinelAddresses.resolve(options, source, for: address) { return sentinels }
        let address = try endpointAddress()
        return Setting(.server(address.value), address.origin)
    }

    private func sentinelLogin(
        for address: ServerAddress
    ) throws(SettingsError) -> (login: SentinelLogin, warnings: [Finding]) {
        guard case .sentinels = address else { return (SentinelLogin(), []) }
        return try SentinelLogin.resolve(source)
    }

    private func endpointAddress() throws(SettingsError) -> Setting<Endpoint.Address> {
        switch address {
        case .socket(let path):
            try refusePort(with: path.origin)
            guard !path.value.isEmpty else { throw SettingsError("\(path.origin) is empty") }
            guard !path.value.contains("://") else {
                throw SettingsError("\(path.origin) is a URL: expected the path of a socket (--url takes URLs)")
            }
            return Setting(.unix(path: path.value), path.origin)
        case .host(let host):
            return try tcp(host.value, port: try port(), host.origin)
        case .standard, .sentinels:
            let port = try port()
            // Nobody named a server, but Kubernetes knows one.
            let link = AddressSource.serviceLink(source)
            return try tcp(link?.value.host ?? "127.0.0.1", port: port, port.origin)
        case .url(let url, let origin):
            return try endpointAddress(url, origin)
        }
    }

    private func endpointAddress(_ url: RedisURL, _ origin: Origin) throws(SettingsError) -> Setting<Endpoint.Address> {
        switch url.scheme {
        case .unix:
            try refusePort(with: origin)
            return Setting(.unix(path: url.name ?? ""), origin)
        case .redis, .rediss, .sentinel, .sentinels:
            guard let host = url.hosts.first else { throw SettingsError("\(origin) names no host") }
            let given = try optionPort() ?? Setting(host.port ?? defaultPort, origin)
            return try tcp(host.name, port: given, origin)
        }
    }

    private func tcp(
        _ host: String,
        port: Setting<UInt16>,
        _ origin: Origin
    ) throws(SettingsError) -> Setting<Endpoint.Address> {
        // A NUL would end the name early for the resolver; white space and controls are in no name.
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw SettingsError("\(origin) is not a host name")
        }
        // It is in no name either, and where it stands there may be a password before it: nothing of it is shown.
        guard !host.utf8.contains(where: { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "/") }) else {
            throw SettingsError("\(origin) is not a host name: it contains '@' or '/' (--url and REDIS_URL take URLs)")
        }
        if Self.hasPort(host) {
            let other = if case .environment = origin { "CARACALCTL_PORT or REDIS_PORT" } else { "--port" }
            throw SettingsError("\(origin) is not a host name: it has a port at its end (\(other) takes the port)")
        }
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        return Setting(.tcp(host: bare, port: port.value), origin)
    }

    /// Whether a port stands behind a name or an address, as URLs have it: no resolver would say what is wrong with it.
    private static func hasPort(_ host: String) -> Bool {
        guard let colon = host.lastIndex(of: ":"), Parse.number(String(host[host.index(after: colon)...])) != nil else {
            return false
        }
        let name = host[..<colon]
        return name.hasPrefix("[") ? name.hasSuffix("]") : !name.isEmpty && !name.contains(":")
    }

    private let defaultPort: UInt16 = 6379

    private func optionPort() throws(SettingsError) -> Setting<UInt16>? {
        try options.port.map { text throws(SettingsError) in try port(Setting(text, .option("--port"))) }
    }

    private func port() throws(SettingsError) -> Setting<UInt16> {
        if let port = try optionPort() { return port }
        if let text = source.variable("CARACALCTL_PORT") { return try port(text) }
        if let link = AddressSource.serviceLink(source) { return Setting(link.value.port, link.origin) }
        return try source.variable("REDIS_PORT").map { text throws(SettingsError) in try port(text) }
            ?? Setting(defaultPort, .standard)
    }

    private func port(_ text: Setting<String>) throws(SettingsError) -> Setting<UInt16> {
        guard let number = Parse.number(text.value), (1...65_535).contains(number) else {
            throw SettingsError(
                "\(text.origin) is not a port: expected a number from 1 to 65535",
                valueOf: text.origin
            )
        }
        return Setting(UInt16(number), text.origin)
    }

    private func refusePort(with origin: Origin) throws(SettingsError) {
        guard options.port == nil else {
            throw SettingsError("\(origin) names a socket, which has no port: leave --port out")
        }
    }

    private func database() throws(SettingsError) -> Setting<Int> {
        let option = options.db.map { Setting($0, Origin.option("--db")) }
        if let text = option ?? source.variable("CARACALCTL_DB") {
            guard let number = Parse.number(text.value), number <= 99_999 else {
                throw SettingsError(
                    "\(text.origin) is not a database: expected a number from 0",
                    valueOf: text.origin
                )
            }
            return Setting(number, text.origin)
        }
        if let (url, origin) = address.url, let database = url.database { return Setting(database, origin) }
        return Setting(0, .standard)
    }

    // MARK: Who

    private func user() -> Setting<String>? {
        if let user = options.user { return Setting(user, .option("--user")) }
        if let user = source.variable("CARACALCTL_USER") { return user }
        if let (url, origin) = address.url, let user = url.user { return Setting(user, origin) }
        return source.variable("REDIS_USERNAME")
    }

    private typealias Password = (setting: Setting<Secret>, isReadableByOthers: Bool)

    private func password() throws(SettingsError) -> Password? {
        if options.askPassword {
            guard options.passwordFile == nil else {
                throw SettingsError("--ask-password and --password-file contradict each other: give one")
            }
            guard let secret = source.askPassword() else {
                throw SettingsError("--ask-password: no password was given")
            }
            return (Setting(secret, .prompt), false)
        }
        if let path = options.passwordFile { return try password(inFile: Setting(path, .option("--password-file"))) }
        if let path = source.variable("CARACALCTL_PASSWORD_FILE") { return try password(inFile: path) }
        if let (url, origin) = address.url, let password = url.password { return (Setting(password, origin), false) }
        // The one place where the file wins over the value: the provisioning script does it this way.
        if let path = source.variable("REDIS_PASSWORD_FILE") { return try password(inFile: path) }
        return (source.variable("REDIS_PASSWORD") ?? source.variable("REDISCLI_AUTH")).map {
            (Setting(Secret(Array($0.value.utf8)), $0.origin), false)
        }
    }

    private func password(inFile path: Setting<String>) throws(SettingsError) -> Password {
        let content = try source.content(of: path)
        return (Setting(content.value.secret, content.origin), content.value.isReadableByOthers)
    }

    // MARK: How

    private func duration(
        _ option: String?,
        _ name: String,
        _ variable: String,
        _ standard: Duration
    ) throws(SettingsError) -> Setting<Duration> {
        guard let text = option.map({ Setting($0, Origin.option(name)) }) ?? source.variable(variable) else {
            return Setting(standard, .standard)
        }
        guard let milliseconds = Parse.duration(text.value), milliseconds > 0 else {
            throw SettingsError(
                "\(text.origin) is not a duration: expected \(Parse.durationExamples)",
                valueOf: text.origin
            )
        }
        return Setting(.milliseconds(milliseconds), text.origin)
    }

    private func warnings(database: Setting<Int>, passwordFile: Password?) -> [Finding] {
        var warnings: [Finding] = []
        if database.value != 0 {
            warnings.append(
                Finding(
                    .databaseNot0,
                    .warning,
                    "\(database.origin) selects db \(database.value), but Caracal's streams live in db 0"
                )
            )
        }
        if case .url(let url, .option) = address, url.password != nil {
            warnings.append(
                Finding(
                    .passwordInArguments,
                    .warning,
                    "--url holds a password, which every user of this machine can read: use --password-file"
                )
            )
        }
        if let file = passwordFile, file.isReadableByOthers {
            warnings.append(.openPasswordFile(file.setting.origin))
        }
        return warnings
    }
}
