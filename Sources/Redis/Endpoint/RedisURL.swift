import RESP

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
        var rest = text
        while let index = rest.firstIndex(of: at) {
            rest = text[text.index(after: index)...]
            guard isServer(after: index, in: text, scheme) else { continue }
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

// MARK: - The parts behind the login

extension RedisURL {
    private typealias Bytes = Substring.UTF8View.SubSequence
    private typealias Parts = (hosts: [Host], name: String?, database: Int?)

    /// `host[:port][/db]`, or `host[:port]?db=n`
    private static func server(_ text: Bytes) throws(RedisURLError) -> Parts {
        let (place, query) = split(text, at: "?")
        let (authority, path) = split(place, at: "/")
        let hosts = [try host(authority)]
        if let path, let number = try database(path) { return (hosts, nil, number) }
        return (hosts, nil, try database(inQuery: query))
    }

    /// The database in `db=n`, wherever it stands among the parameters. Those of other clients mean nothing here.
    private static func database(inQuery query: Bytes?) throws(RedisURLError) -> Int? {
        guard let query else { return nil }
        for parameter in query.split(separator: UInt8(ascii: "&")) where parameter.starts(with: "db=".utf8) {
            return try database(parameter.dropFirst(3))
        }
        return nil
    }

    /// `host:port,host:port/master-name[/db]`
    private static func sentinels(_ text: Bytes) throws(RedisURLError) -> Parts {
        let (authority, path) = split(withoutQuery(text), at: "/")
        let hosts = try hosts(authority)
        guard let path, !path.isEmpty else { throw .noMasterName }
        let (name, rest) = split(path, at: "/")
        guard !name.isEmpty else { throw .noMasterName }
        return (
            hosts, try self.text(name, "master's name"),
            try rest.flatMap { rest throws(RedisURLError) in try database(rest) }
        )
    }

    /// `host[:port],host[:port]`: at least one.
    package static func hosts(_ text: String) throws(RedisURLError) -> [Host] {
        try hosts(text.utf8[...])
    }

    private static func hosts(_ text: Bytes) throws(RedisURLError) -> [Host] {
        var hosts: [Host] = []
        for part in text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            hosts.append(try host(part))
        }
        return hosts
    }

    /// `/path[?db=n]`
    private static func socket(_ text: Bytes) throws(RedisURLError) -> Parts {
        let (path, query) = split(text, at: "?")
        guard path.first == UInt8(ascii: "/"), path.count > 1 else { throw .noSocketPath }
        let name = try self.text(path, "socket's path")
        // A NUL would end the path early for the kernel.
        guard !name.utf8.contains(0) else { throw .noSocketPath }
        guard let query else { return ([], name, nil) }
        guard query.starts(with: "db=".utf8) else { throw .badDatabase }
        return ([], name, try database(query.dropFirst(3)))
    }

    private static func host(_ text: Bytes) throws(RedisURLError) -> Host {
        var name = text
        var portText: Bytes?
        if text.first == UInt8(ascii: "[") {
            guard let end = text.firstIndex(of: UInt8(ascii: "]")) else { throw .badHost }
            name = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.first == UInt8(ascii: ":") else { throw .badHost }
            portText = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
            name = text[..<colon]
            portText = text[text.index(after: colon)...]
            guard portText?.contains(UInt8(ascii: ":")) == false else { throw .badHost }
        }
        guard !name.isEmpty else { throw .noHost }
        // Each has a meaning elsewhere in a URL: as a part of a name they stand percent-encoded.
        guard !name.contains(where: { "@#?/".utf8.contains($0) }) else { throw .badHost }
        let port = try portText.map { digits throws(RedisURLError) in try Self.port(digits) }
        let decoded = try self.text(name, "host")
        // A NUL would end the name early for the resolver; white space and controls are in no name.
        guard decoded.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { throw .badHost }
        return Host(name: decoded, port: port)
    }

    private static func port(_ text: Bytes) throws(RedisURLError) -> UInt16 {
        guard let number = number(text, atMost: 65_535), number > 0 else { throw .badPort }
        return UInt16(number)
    }

    private static func database(_ text: Bytes) throws(RedisURLError) -> Int? {
        if text.isEmpty { return nil }
        if text.contains(UInt8(ascii: "/")) { throw .surplus }
        guard let number = number(text, atMost: 99_999) else { throw .badDatabase }
        return number
    }

    private static func withoutQuery(_ text: Bytes) -> Bytes {
        split(text, at: "?").0
    }

    private static func split(_ text: Bytes, at mark: Unicode.Scalar) -> (Bytes, Bytes?) {
        guard let index = text.firstIndex(of: UInt8(ascii: mark)) else { return (text, nil) }
        return (text[..<index], text[text.index(after: index)...])
    }

    /// Digits only: no sign, no space.
    private static func number(_ text: Bytes, atMost limit: Int) -> Int? {
        guard (1...5).contains(text.count), text.allSatisfy(ASCII.isDigit) else { return nil }
        let value = text.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return value <= limit ? value : nil
    }

    private static func text(_ bytes: Bytes, _ part: String) throws(RedisURLError) -> String {
        guard let text = String(validating: try decoded(bytes, part), as: UTF8.self) else { throw .notUTF8(part) }
        return text
    }

    /// Replaces `%HH` by the byte it stands for.
    private static func decoded(_ bytes: Bytes, _ part: String) throws(RedisURLError) -> [UInt8] {
        var result: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                result.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal) else {
                throw .badEscape(part)
            }
            result.append(high << 4 | low)
        }
        return result
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func range(of mark: StaticString, in text: String.UTF8View) -> Range<String.Index>? {
        let mark = mark.withUTF8Buffer { Array($0) }
        var start = text.startIndex
        while start < text.endIndex {
            if text[start...].starts(with: mark) { return start..<text.index(start, offsetBy: mark.count) }
            start = text.index(after: start)
        }
        return nil
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
