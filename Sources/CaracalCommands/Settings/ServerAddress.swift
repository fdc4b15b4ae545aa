import Redis
import Text

/// Where the server listens, or who knows where.
package enum ServerAddress: Sendable, Equatable {
    /// It listens at this address.
    case server(Endpoint.Address)
    /// These Sentinels, of whom there is at least one, know under this name.
    case sentinels([Endpoint.Address], masterName: Setting<String>)
}

/// The one source that says where the server is: an option, a `CARACALCTL_` variable, or one of Caracal's own.
///
/// A URL from a lower layer is ignored as a whole once a higher one names a server: its password must not travel to
/// another host.
enum AddressSource {
    case url(RedisURL, Origin)
    case socket(Setting<String>)
    case host(Setting<String>)
    case sentinels(Setting<String>)
    case standard

    /// The URL, when that is the source.
    var url: (RedisURL, Origin)? {
        if case .url(let url, let origin) = self { (url, origin) } else { nil }
    }

    /// What names a Unix socket, when that is where the server is.
    var socketOrigin: Origin? {
        switch self {
        case .socket(let path): path.origin
        case .url(let url, let origin): url.scheme == .unix ? origin : nil
        case .host, .sentinels, .standard: nil
        }
    }

    /// Picks the source. Two of the same layer contradict each other.
    static func pick(_ options: ConnectionOptions, _ source: SettingsSource) throws(SettingsError) -> AddressSource {
        let layers = [
            (
                url: options.url.map { Setting($0, .option("--url")) },
                socket: options.socket.map { Setting($0, .option("--socket")) },
                host: options.host.map { Setting($0, .option("--host")) },
                sentinels: options.sentinel.map { Setting($0, .option("--sentinel")) }
            ),
            (
                url: source.variable("CARACALCTL_URL"), socket: source.variable("CARACALCTL_SOCKET"),
                host: source.variable("CARACALCTL_HOST"), sentinels: source.variable("CARACALCTL_SENTINEL")
            ),
        ]
        for layer in layers {
            let given = [layer.url, layer.socket, layer.host, layer.sentinels].compactMap { $0?.origin.description }
            guard given.count < 2 else {
                throw SettingsError("\(given[0]) and \(given[1]) contradict each other: give one")
            }
            if let url = layer.url { return try parse(url.value, url.origin) }
            if let socket = layer.socket { return .socket(socket) }
            if let host = layer.host { return .host(host) }
            if let sentinels = layer.sentinels { return .sentinels(sentinels) }
        }
        if let url = source.variable("REDIS_URL") { return try parse(url.value, url.origin) }
        if let path = source.variable("REDIS_URL_FILE") {
            let content = try source.content(of: path)
            guard let text = String(validating: content.value.secret.bytes, as: UTF8.self) else {
                throw SettingsError("the URL in \(content.origin) is not UTF-8")
            }
            return try parse(text, content.origin)
        }
        return source.variable("REDIS_HOST").map(AddressSource.host) ?? .standard
    }

    /// Where Kubernetes says that a service called `redis` is: `REDIS_PORT=tcp://10.0.0.1:6379`, which it sets in every
    /// container of the namespace. nil where the variable is unset or somebody has set it to a port.
    static func serviceLink(_ source: SettingsSource) -> Setting<(host: String, port: UInt16)>? {
        guard let text = source.variable("REDIS_PORT"), text.value.hasPrefix("tcp://"),
            let hosts = try? RedisURL.hosts(String(text.value.dropFirst("tcp://".count))), hosts.count == 1,
            let port = hosts[0].port
        else { return nil }
        return Setting((hosts[0].name, port), text.origin)
    }

    private static func parse(_ text: String, _ origin: Origin) throws(SettingsError) -> AddressSource {
        do {
            return .url(try RedisURL(text), origin)
        } catch {
            throw SettingsError("\(origin) is not a usable URL: \(error)")
        }
    }
}
