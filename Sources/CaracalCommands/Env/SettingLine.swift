import Caracal
import Redis
import Rendering
import Text

/// One setting as `env` shows it: masked where it is secret.
struct SettingLine: Equatable {
    let name: String
    /// What it resolves to; nil when it is not set.
    let value: String?
    let origin: TerminalText

    /// Every setting, in the order in which they are shown.
    static func all(
        _ source: SettingsSource,
        connection: ConnectionSettings,
        output: OutputSettings
    ) -> [SettingLine] {
        let context = source.context
        let chosen = SettingLine(
            name: "context",
            value: context?.context.name,
            origin: context.map { "\($0.origin)" } ?? "not set"
        )
        return [chosen] + place(of: connection, source) + [
            line("database", connection.database),
            user(of: connection, source),
            line(
                "password",
                connection.password,
                unless: ["CARACALCTL_PASSWORD_FILE", "REDIS_PASSWORD_FILE", "REDIS_PASSWORD", "REDISCLI_AUTH"],
                source
            ),
            line("tls", connection.tls.isOn) { $0 ? "yes" : "no" },
            line("cacert", connection.tls.authorityFile, unless: ["CARACALCTL_CACERT"], source),
            line("capath", connection.tls.authorityFolder, unless: ["CARACALCTL_CAPATH"], source),
            line("cert", connection.tls.certificate, unless: ["CARACALCTL_CERT"], source),
            line("key", connection.tls.key, unless: ["CARACALCTL_KEY"], source),
            line("sni", connection.tls.serverName, unless: ["CARACALCTL_SNI"], source),
            line("insecure", connection.tls.isInsecure) { $0 ? "yes" : "no" },
            line("connect-timeout", connection.connectTimeout) { $0.text },
            line("timeout", connection.commandTimeout) { $0.text },
            line("output", output.format) { $0.rawValue },
            line("quiet", output.isQuiet) { $0 ? "yes" : "no" },
            line("trace", output.isTracing) { $0 ? "yes" : "no" },
            line("read-only", output.isReadOnly) { $0 ? "yes" : "no" },
            line("confirm", output.confirmed),
            line("color", output.colour) { $0.rawValue },
            line("local", output.isLocal) { $0 ? "yes" : "no" },
        ] + database(source) + SignatureScheme.allCases.map { key(of: $0, source) }
            + OutboxTable.allCases.flatMap { dispatch($0, source) } + surroundings(source)
    }

    /// Where the database of the outboxes is. One that cannot be used is not set, and says why.
    private static func database(_ source: SettingsSource) -> [SettingLine] {
        do {
            let settings = try DatabaseSettings.resolve(source)
            return [
                line(
                    "postgres",
                    settings?.address,
                    unless: ["DATABASE_URL", "DATABASE_URL_FILE", "PGHOST", "PGHOSTADDR"],
                    source
                ),
                line("postgres-database", settings?.database, unless: ["PGDATABASE"], source),
                line("postgres-user", settings?.user, unless: ["PGUSER"], source),
                line("postgres-password", settings?.password, unless: ["PGPASSWORD", "PGPASSWORD_FILE"], source),
                line("postgres-sslmode", settings?.sslMode, unless: ["PGSSLMODE"], source),
                line("postgres-service", settings?.service, unless: ["PGSERVICE"], source),
            ]
        } catch {
            return [SettingLine(name: "postgres", value: nil, origin: error.message)]
        }
    }

    /// Where the server is, or the Sentinels that are asked for it.
    private static func place(of connection: ConnectionSettings, _ source: SettingsSource) -> [SettingLine] {
        switch connection.address.value {
        case .server(let address):
            [line("address", connection.address) { _ in Endpoint(address: address).description }]
                + [
                    ("master-name", ["CARACALCTL_MASTER_NAME"]), ("sentinel-user", ["CARACALCTL_SENTINEL_USER"]),
                    ("sentinel-password", ["CARACALCTL_SENTINEL_PASSWORD", "CARACALCTL_SENTINEL_PASSWORD_FILE"]),
                ].map { unused($0, $1, source) }
        case .sentinels(let addresses, let masterName):
            [
                line("sentinel", connection.address) { _ in
                    addresses.map { Endpoint(address: $0).description }.joined(separator: ",")
                },
                line("master-name", masterName),
                line("sentinel-user", connection.sentinelLogin.user),
                line("sentinel-password", connection.sentinelLogin.password),
            ]
        }
    }

    /// A setting of Sentinels where none are asked.
    private static func unused(_ name: String, _ variables: [String], _ source: SettingsSource) -> SettingLine {
        let given = variables.lazy.compactMap(source.variable).first
        return SettingLine(name: name, value: nil, origin: given.map { "\($0.origin), not used" } ?? "not set")
    }

    /// In a URL that has no password, what stands in the place of the user may be one.
    private static func user(of connection: ConnectionSettings, _ source: SettingsSource) -> SettingLine {
        guard let user = connection.user, connection.password == nil, user.origin == connection.address.origin else {
            return line("user", connection.user, unless: ["CARACALCTL_USER", "REDIS_USERNAME"], source)
        }
        return SettingLine(name: "user", value: "***", origin: "\(user.origin), which has no password")
    }

    /// A signing key by its fingerprint. One that cannot be used is not set, and says why.
    private static func key(of scheme: SignatureScheme, _ source: SettingsSource) -> SettingLine {
        let name = scheme.keyVariable.lowercased().split(separator: "_").joined(separator: "-")
        do {
            guard let loaded = try KeySettings(source).load(scheme) else {
                return SettingLine(name: name, value: nil, origin: "not set")
            }
            let fingerprint = try loaded.key.fingerprint()
            return SettingLine(name: name, value: "fingerprint \(fingerprint)", origin: "\(loaded.origin)")
        } catch {
            return SettingLine(name: name, value: nil, origin: CommandError(error).message)
        }
    }

    /// What the service of a table tells its dispatcher, which `outbox dispatch` goes by.
    private static func dispatch(_ outbox: OutboxTable, _ source: SettingsSource) -> [SettingLine] {
        let standard = DispatchRules.standard(of: outbox)
        return DispatchVariable.all(of: outbox).map { variable in
            let name = "outbox-\(outbox.rawValue)-\(variable.setting)"
            do throws(SettingsError) {
                let value = try variable.value(source) ?? Setting(variable.number(standard), .standard)
                return line(name, value, variable.text)
            } catch {
                return SettingLine(name: name, value: nil, origin: "unknown: \(error.message)")
            }
        }
    }

    /// What the services are told, and what the terminal is.
    private static func surroundings(_ source: SettingsSource) -> [SettingLine] {
        let settings = Result { () throws(SettingsError) in try AuditSettings(source) }
        return [
            variable("mode", "CARACAL_MODE", source) ?? standard("mode", "production"),
            audit(settings, "audit-claim-idle", "AUDIT_CLAIM_IDLE_SECS", source) {
                Format.duration(milliseconds: Int($0.claimIdle))
            },
            audit(settings, "audit-max-deliveries", "AUDIT_MAX_DELIVERIES", source) { "\($0.maxDeliveries)" },
            source.variable("NO_COLOR").map { SettingLine(name: "no-color", value: "yes", origin: "\($0.origin)") }
                ?? standard("no-color", "no"),
            variable("clicolor-force", "CLICOLOR_FORCE", source) ?? standard("clicolor-force", "no"),
        ]
    }

    private static func audit(
        _ settings: Result<AuditSettings, SettingsError>,
        _ name: String,
        _ variable: String,
        _ source: SettingsSource,
        _ text: (AuditSettings) -> String
    ) -> SettingLine {
        let origin: TerminalText = source.variable(variable).map { "\($0.origin)" } ?? "default"
        switch settings {
        case .success(let settings): return SettingLine(name: name, value: text(settings), origin: origin)
        case .failure(let error): return SettingLine(name: name, value: nil, origin: "unknown: \(error.message)")
        }
    }

    private static func variable(_ name: String, _ variable: String, _ source: SettingsSource) -> SettingLine? {
        source.variable(variable).map { SettingLine(name: name, value: $0.value, origin: "\($0.origin)") }
    }

    private static func standard(_ name: String, _ value: String) -> SettingLine {
        SettingLine(name: name, value: value, origin: "default")
    }

    private static func line<Value>(
        _ name: String,
        _ setting: Setting<Value>?,
        _ text: (Value) -> String = { "\($0)" }
    ) -> SettingLine {
        guard let setting else { return SettingLine(name: name, value: nil, origin: "not set") }
        return SettingLine(name: name, value: text(setting.value), origin: "\(setting.origin)")
    }

    /// The same of a setting that is not set. Under a context the variables that would set it are not read: those that are set are named.
    private static func line<Value>(
        _ name: String,
        _ setting: Setting<Value>?,
        unless variables: [String],
        _ source: SettingsSource
    ) -> SettingLine {
        guard setting == nil, let unused = variables.first(where: source.isUnused) else { return line(name, setting) }
        return SettingLine(name: name, value: nil, origin: "\(unused), not used under a context")
    }
}
