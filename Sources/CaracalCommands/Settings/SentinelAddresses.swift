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
