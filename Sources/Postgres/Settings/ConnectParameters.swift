import CPostgres
import Redis

/// What libpq is given to connect with: the settings, over what its environment and files say.
struct ConnectParameters {
    /// By libpq's names. What is not here libpq settles by itself.
    private var values: [String: [UInt8]] = [:]
    /// The same with libpq's own variables and files: for what has to be known before.
    private var settled: [String: [UInt8]] = [:]

    init(
        _ settings: PostgresSettings,
        answeringWithin time: Duration,
        _ library: UnsafePointer<cpostgres_library>
    ) throws(UnusableSettings) {
        let defaults = Self.defaults(library)
        try take(settings, known: Set(defaults.keys), Int(library.pointee.libVersion()) / 10_000)
        settled = defaults.compactMapValues(\.self).merging(values) { $1 }
        values["application_name"] = Array("caracalctl".utf8)
        values["client_encoding"] = Array("UTF8".utf8)
        var options = settled["options"].map { [$0] } ?? []
        // Not by SET: behind a pooler that would stay with the server's connection, and with the client that gets it next.
        options.append(Array("-c statement_timeout=\(Self.milliseconds(within: time))".utf8))
        // The text of a time is read back: the other styles name zones by letters, of which some have two meanings.
        options.append(Array("-c datestyle=ISO".utf8))
        if settings.isReadOnly { options.append(Array("-c default_transaction_read_only=on".utf8)) }
        values["options"] = Array(options.joined(separator: [UInt8(ascii: " ")]))
    }

    /// A little less than we wait, and no more than the server takes: who ends a statement that takes too long is the server, which knows
    /// what became of it.
    private static func milliseconds(within time: Duration) -> Int {
        let wait = (time - min(time / 10, .milliseconds(500))) / .milliseconds(1)
        return Int(min(max(1, wait), Double(Int32.max)))
    }

    private mutating func take(
        _ settings: PostgresSettings,
        known: Set<String>,
        _ version: Int
    ) throws(UnusableSettings) {
        guard let url = settings.url else {
            values["password"] = settings.password?.bytes
            return
        }
        values["user"] = url.user.map { Array($0.utf8) }
        values["password"] = (url.password ?? settings.password)?.bytes
        values["dbname"] = url.database.map { Array($0.utf8) }
        if !url.hosts.isEmpty {
            values["host"] = Array(url.hosts.map(\.name).joined(separator: ",").utf8)
            values["port"] = Array(url.hosts.map { $0.port.map { "\($0)" } ?? "" }.joined(separator: ",").utf8)
        }
        // What pgx keeps of its pool in a URL means nothing elsewhere.
        for parameter in url.parameters where !parameter.name.hasPrefix("pool_") {
            guard known.contains(parameter.name), parameter.name != "service" else {
                let reason =
                    parameter.name == "service"
                    ? "a service is named by PGSERVICE, not in the URL"
                    : "libpq \(version) has no setting \(parameter.name)"
                throw UnusableSettings(reason: reason)
            }
            values[parameter.name] = parameter.value.bytes
        }
    }

    /// Every setting libpq has, with what its variables and files say of it; nil where they say nothing.
    private static func defaults(_ library: UnsafePointer<cpostgres_library>) -> [String: [UInt8]?] {
        guard let options = library.pointee.conndefaults() else { return [:] }
        defer { library.pointee.conninfoFree(options) }
        var defaults: [String: [UInt8]?] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            defaults[String(cString: keyword)] = .some(
                option.pointee.value.map { Array(String(cString: $0).utf8) }.flatMap { $0.isEmpty ? nil : $0 }
            )
            option += 1
        }
        return defaults
    }

    /// The passwords that are given to libpq, or that its variables hold.
    var secrets: [Secret] {
        ["password", "sslpassword", "scram_client_key", "scram_server_key", "oauth_client_secret"]
            .compactMap { settled[$0] }.map(Secret.init)
    }
}

// MARK: - The servers

extension ConnectParameters {
    /// A server to try: its host, its port and, where it is no folder of a socket, its address.
    struct Candidate {
        let host: String
        let port: String
        /// A host whose address is given, or a folder, needs no look-up.
        let needsLookUp: Bool
        fileprivate let address: String

        /// How every message names it: `host:port`, or the path of the socket.
        var target: String {
            if host.hasPrefix("/") { return "\(host)/.s.PGSQL.\(port)" }
            if host.isEmpty { return "Postgres at libpq's default address" }
            return host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }

    /// The servers, in the order in which they are tried.
    var candidates: [Candidate] {
        let hosts = list("host")
        let addresses = list("hostaddr")
        let ports = list("port")
        return (0..<max(hosts.count, addresses.count, 1)).map { place in
            let host = hosts.indices.contains(place) ? hosts[place] : ""
            let address = addresses.indices.contains(place) ? addresses[place] : ""
            let port = ports.count == 1 ? ports[0] : ports.indices.contains(place) ? ports[place] : ""
            let name = host.isEmpty ? address : host
            return Candidate(
                host: name,
                port: port.isEmpty ? "5432" : port,
                needsLookUp: address.isEmpty && !name.isEmpty && !name.hasPrefix("/") && !name.hasPrefix("@"),
                address: address
            )
        }
    }

    private func list(_ name: String) -> [String] {
        guard let text = settled[name], !text.isEmpty else { return [] }
        return String(decoding: text, as: UTF8.self).split(separator: ",", omittingEmptySubsequences: false).map(
            String.init
        )
    }

    /// The parameters for one server, as names and values.
    ///
    /// - Parameter address: its numeric address, where it was looked up.
    func values(for candidate: Candidate, at address: String?) -> [(name: String, value: [UInt8])] {
        var values = values
        values["host"] = Array(candidate.host.utf8)
        values["port"] = Array(candidate.port.utf8)
        values["hostaddr"] = Array((address ?? candidate.address).utf8)
        return values.filter { !$0.value.isEmpty }.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
    }
}

/// A setting that this libpq does not have.
struct UnusableSettings: Error {
    /// A clause in lower case that names it.
    let reason: String
}
