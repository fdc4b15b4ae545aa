/// A server's address as one line: `redis[s]://[user][:password]@host[:port][/db]` (or `?db=n`), `unix:///path[?db=n]`,
/// `redis+sentinel://host:port,host:port/master-name[/db]`.
///
/// Everything but the scheme and the punctuation is percent-decoded. IPv6 addresses stand in brackets.
package struct RedisURL: Sendable, Equatable {
    /// How to speak, and to whom.
    package enum Scheme: String, Sendable, CaseIterable {
        case redis
        case rediss
        case unix
        case sentinel = "redis+sentinel"
        case sentinels = "rediss+sentinel"
    }

    /// One `host[:port]`.
    package struct Host: Sendable, Equatable {
        /// A name or a numeric address, without brackets.
        package let name: String
        /// The port, where the URL gives one.
        package let port: UInt16?
    }

    /// How to speak.
    package let scheme: Scheme
    /// The user; nil when there is none, also for Caracal's own form `redis://:password@host`.
    package let user: String?
    /// The password; nil when there is none.
    package let password: Secret?
    /// Where to go: one host, or several Sentinels; empty for a Unix socket.
    package let hosts: [Host]
    /// The socket's path for `unix`, the master's name for Sentinel; nil otherwise.
    package let name: String?
    /// The database; nil when the URL gives none.
    package let database: Int?

    /// Reads a URL. The error's text never repeats the URL: it may hold a password.
    package init(_ text: String) throws(RedisURLError) {
        guard let separator = Self.range(of: "://", in: text.utf8) else { throw .noScheme }
        guard let scheme = Scheme(rawValue: String(text.utf8[..<separator.lowerBound]) ?? "") else {
            throw .unknownScheme
        }
        self.scheme = scheme
        let rest = text.utf8[separator.upperBound...]
        let end = try Self.endOfLogin(rest, scheme)
        var user: String?
        var password: Secret?
        if let end {
            let login = rest[..<end]
            let colon = login.firstIndex(of: UInt8(ascii: ":"))
            user = try Self.text(login[..<(colon ?? login.endIndex)], "user")
            password = try colon.map { colon throws(RedisURLError) in
                Secret(try Self.decoded(login[login.index(after: colon)...], "password"))
            }
        }
        self.user = user?.isEmpty == true ? nil : user
        self.password = password?.bytes.isEmpty == true ? nil : password
        (hosts, name, database) = try Self.parts(end.map { rest[rest.index(after: $0)...] } ?? rest, scheme)
    }

    /// The @ that ends the login; nil when there is no login.
    ///
    /// A password may hold / ? # and @ as they are, as long as only one reading gives a server. Where two do, as in
    /// `redis://:pw@host?x=a@other`, no guess is made: a wrong one would send the password to another host.
    private static func endOfLogin(_ text: Bytes, _ scheme: Scheme) throws(RedisURLError) -> Bytes.Index? {
        let at = UInt8(ascii: "@")
        let pathStart = text.firstIndex(of: UInt8(ascii: "/")) ?? text.endIndex
        let usual = text[..<pathStart].lastIndex(of: at)
        // A socket is on this machine, and its path may hold an @ anywhere.
        if scheme == .unix, isServer(after: usual, in: text, scheme) { return usual }
        var readings: [Bytes.Index?] = isServer(after: nil, in: text, scheme) ? [nil] : []
        for index in text.indices where text[index] == at && isServer(after: index, in: text, scheme) {
            guard readings.isEmpty else { throw .ambiguous }
            readings.append(index)
        }
        return readings.first ?? usual
    }

    /// Whether what stands behind a login that ends there names a server, whatever is wrong with what follows its name: that
    /// host may be the one meant. A fragment, which no server has, does not count.
    private static func isServer(after end: Bytes.Index?, in text: Bytes, _ scheme: Scheme) -> Bool {
        let rest = split(end.map { text[text.index(after: $0)...] } ?? text, at: "#").0
        let authority = split(withoutQuery(rest), at: "/").0
        return switch scheme {
        case .unix: (try? socket(rest)) != nil
        case .redis, .rediss: (try? host(authority)) != nil
        case .sentinel, .sentinels: (try? hosts(authority)) != nil
        }
    }

    private static func parts(_ text: Bytes, _ scheme: Scheme) throws(RedisURLError) -> Parts {
        switch scheme {
        case .unix: try socket(text)
        case .redis, .rediss: try server(text)
        case .sentinel, .sentinels: try sentinels(text)
        }
    }
}

/// What is wrong with a URL.
package enum RedisURLError: Error, Sendable, Equatable, CustomStringConvertible {
    case noScheme
    case unknownScheme
    case badEscape(String)
    case notUTF8(String)
    case noHost
    case badHost
    case badPort
    case badDatabase
    case noSocketPath
    case noMasterName
    case surplus
    case ambiguous

    package var description: String {
        switch self {
        case .noScheme: "it has no scheme (redis://host:6379)"
        case .unknownScheme: "its scheme is not redis, rediss, unix or redis+sentinel"
        case .badEscape(let part): "the \(part) has a % that is not followed by two hexadecimal digits"
        case .notUTF8(let part): "the \(part) is not UTF-8"
        case .noHost: "it names no host"
        case .badHost: "the host is not well formed (IPv6 addresses stand in brackets)"
        case .badPort: "the port is not a number from 1 to 65535"
        case .badDatabase: "the database is not a number from 0 to 99999"
        case .noSocketPath: "it names no socket (unix:///path/to/redis.sock)"
        case .noMasterName: "it names no master (redis+sentinel://host:26379/name)"
        case .surplus: "something follows the database"
        case .ambiguous:
            "where the password ends is not certain (write / ? # @ in it as %2F %3F %23 %40, and any other @ as %40)"
        }
    }
}
