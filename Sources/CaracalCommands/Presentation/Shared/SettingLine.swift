import Redis
import Rendering

/// One setting as `env` shows it: masked where it is secret.
struct SettingLine: Equatable {
    let name: String
    /// What it resolves to; nil when it is not set.
    let value: String?
    let origin: String

    /// Every setting, in the order in which they are shown.
    static func all(
        context: ChosenContext?,
        connection: ConnectionSettings,
        output: OutputSettings
    ) -> [SettingLine] {
        let chosen = SettingLine(
            name: "context",
            value: context?.context.name,
            origin: context.map { "\($0.origin)" } ?? "not set"
        )
        return [chosen] + place(of: connection) + [
            line("database", connection.database),
            line("user", connection.user),
            line("password", connection.password),
            line("tls", connection.tls.isOn) { $0 ? "yes" : "no" },
            line("cacert", connection.tls.authorityFile),
            line("capath", connection.tls.authorityFolder),
            line("cert", connection.tls.certificate),
            line("key", connection.tls.key),
            line("sni", connection.tls.serverName),
            line("insecure", connection.tls.isInsecure) { $0 ? "yes" : "no" },
            line("connect-timeout", connection.connectTimeout) { $0.text },
            line("timeout", connection.commandTimeout) { $0.text },
            line("output", output.format) { $0.rawValue },
            line("quiet", output.isQuiet) { $0 ? "yes" : "no" },
            line("read-only", output.isReadOnly) { $0 ? "yes" : "no" },
        ]
    }

    /// Where the server is, or the Sentinels that are asked for it.
    private static func place(of connection: ConnectionSettings) -> [SettingLine] {
        switch connection.address.value {
        case .server(let address):
            [line("address", connection.address) { _ in Endpoint(address: address).description }]
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

    private static func line<Value>(
        _ name: String,
        _ setting: Setting<Value>?,
        _ text: (Value) -> String = { "\($0)" }
    ) -> SettingLine {
        guard let setting else { return SettingLine(name: name, value: nil, origin: "not set") }
        return SettingLine(name: name, value: text(setting.value), origin: "\(setting.origin)")
    }
}
