import Caracal
import Redis
import Text

/// Settles which Sentinels to ask, and for which master.
enum SentinelAddresses {
    /// The Sentinels that `address` names; nil when it names a server.
    static func resolve(
        _ options: ConnectionOptions,
        _ source: SettingsSource,
        for address: AddressSource
    ) throws(SettingsError) -> Setting<ServerAddress>? {
        guard let (hosts, name, origin) = try named(by: address) else {
            guard options.masterName == nil else {
                throw SettingsError("--master-name is for Sentinels, which nothing names: add --sentinel")
            }
            return nil
        }
        guard options.port == nil else {
            throw SettingsError("\(origin) names Sentinels with ports of their own: leave --port out")
        }
        guard
            let master = options.masterName.map({ Setting($0, .option("--master-name")) }) ?? name
                ?? source.variable("CARACALCTL_MASTER_NAME")
        else { throw SettingsError("\(origin) needs the name of the master: add --master-name") }
        guard !master.value.isEmpty else { throw SettingsError("\(master.origin) is empty") }
        let addresses = hosts.map { host in
            Endpoint.Address.tcp(host: host.name, port: host.port ?? Sentinels.standardPort)
        }
        return Setting(.sentinels(addresses, masterName: master), origin)
    }

    private typealias Names = (hosts: [RedisURL.Host], masterName: Setting<String>?, origin: Origin)

    private static func named(by address: AddressSource) throws(SettingsError) -> Names? {
        switch address {
        case .sentinels(let list): return (try hosts(list), nil, list.origin)
        case .url(let url, let origin) where [.sentinel, .sentinels].contains(url.scheme):
            return (url.hosts, url.name.map { Setting($0, origin) }, origin)
        case .url, .socket, .host, .standard: return nil
        }
    }

    private static func hosts(_ list: Setting<String>) throws(SettingsError) -> [RedisURL.Host] {
        do {
            return try RedisURL.hosts(list.value)
        } catch {
            throw SettingsError("\(list.origin) is not a list of host:port with commas between: \(error)")
        }
    }
}

/// Who to be on the Sentinels. They have users of their own: those of the master are not sent to them.
package struct SentinelLogin: Sendable, Equatable {
    /// The ACL user; nil for the default user.
    package var user: Setting<String>?
    /// The password; nil to send none.
    package var password: Setting<Secret>?

    var credentials: Credentials? {
        guard user != nil || password != nil else { return nil }
        return Credentials(user: user?.value, password: password?.value ?? Secret([]))
    }

    /// Settles both. There is no option for them: they belong to the environment that the Sentinels are named in.
    static func resolve(
        _ source: SettingsSource
    ) throws(SettingsError) -> (login: SentinelLogin, warnings: [Finding]) {
        var login = SentinelLogin()
        login.user = source.variable("CARACALCTL_SENTINEL_USER")
        if let password = source.variable("CARACALCTL_SENTINEL_PASSWORD") {
            login.password = Setting(Secret(Array(password.value.utf8)), password.origin)
            return (login, [])
        }
        guard let path = source.variable("CARACALCTL_SENTINEL_PASSWORD_FILE") else { return (login, []) }
        let content = try source.content(of: path)
        login.password = Setting(content.value.secret, content.origin)
        return (login, content.value.isReadableByOthers ? [.openPasswordFile(content.origin)] : [])
    }
}
