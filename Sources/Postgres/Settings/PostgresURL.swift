import Redis

/// Where Postgres is, as one line: `postgres://[user[:password]@][host[:port],…][/database][?name=value&…]`, `postgresql://` too.
///
/// What it means is libpq's affair; here it is taken apart, so that a mistake is named without the password, and so that a
/// password may hold an @ as it is. Everything but the punctuation is percent-decoded. IPv6 addresses stand in brackets.
package struct PostgresURL: Sendable, Equatable {
    /// One `host[:port]`; a host that starts with / is the folder of a Unix socket.
    package struct Host: Sendable, Equatable {
        /// A name, a numeric address without brackets, or a folder; empty for libpq's default.
        package let name: String
        /// The port; nil for libpq's default.
        package let port: UInt16?
    }

    /// One `name=value` of those behind the question mark.
    package struct Parameter: Sendable, Equatable {
        /// Its name: lower-case letters, digits and underscores.
        package let name: String
        /// Its value, a secret or not.
        package let value: Secret

        /// Whether the value is secret.
        package var isSecret: Bool { ["password", "sslpassword", "oauth_client_secret"].contains(name) || isKey }

        private var isKey: Bool { name.hasPrefix("scram_") && name.hasSuffix("_key") }
    }

    /// The servers, to be tried in this order; none for libpq's default.
    package private(set) var hosts: [Host] = []
    /// The user; nil when there is none.
    package private(set) var user: String?
    /// The password; nil when there is none.
    package private(set) var password: Secret?
    /// The database; nil when there is none.
    package private(set) var database: String?
    /// The other settings, in their order.
    package private(set) var parameters: [Parameter] = []

    /// Reads a URL. The error's text never repeats the URL: it may hold a password.
    package init(_ text: String) throws(PostgresURLError) {
        guard let separator = text.firstRange(of: "://") else { throw .noScheme }
        guard ["postgres", "postgresql"].contains(text[..<separator.lowerBound]) else { throw .unknownScheme }
        let rest = text.utf8[separator.upperBound...]
        let end = rest.firstIndex { "/?#".utf8.contains($0) } ?? rest.endIndex
        // Behind the servers an @ would stem from a password with one of these in it, whose other half would be taken for more.
        guard !rest[end...].contains(UInt8(ascii: "@")) else { throw .ambiguous }
        try readServers(rest[..<end])
        let (path, query) = Self.split(rest[end...], at: "?")
        guard !path.contains(UInt8(ascii: "#")) else { throw .fragment }
        let name = try Self.text(path.dropFirst(), "database")
        database = name.isEmpty ? nil : name
        for part in query?.split(separator: UInt8(ascii: "&")) ?? [] { parameters.append(try Self.parameter(part)) }
    }

    private typealias Bytes = Substring.UTF8View.SubSequence

    private mutating func readServers(_ text: Bytes) throws(PostgresURLError) {
        var servers = text
        if let at = text.lastIndex(of: UInt8(ascii: "@")) {
            let (user, password) = Self.split(text[..<at], at: ":")
            let name = try Self.text(user, "user")
            self.user = name.isEmpty ? nil : name
            let secret = try password.map { bytes throws(PostgresURLError) in
                Secret(Array(try Self.text(bytes, "password").utf8))
            }
            self.password = secret?.bytes.isEmpty == true ? nil : secret
            servers = text[text.index(after: at)...]
        }
        guard !servers.isEmpty else { return }
        for server in servers.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            hosts.append(try Self.host(server))
        }
    }

    private static func host(_ text: Bytes) throws(PostgresURLError) -> Host {
        var (name, port) = split(text, at: ":")
        if text.first == UInt8(ascii: "[") {
            guard let end = text.firstIndex(of: UInt8(ascii: "]")) else { throw .badHost }
            name = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.first == UInt8(ascii: ":") else { throw .badHost }
            port = rest.isEmpty ? nil : rest.dropFirst()
        }
        let host = try self.text(name, "host")
        guard host.utf8.allSatisfy({ $0 > 0x20 && $0 != UInt8(ascii: ",") }) else { throw .badHost }
        return Host(name: host, port: try port.flatMap { digits throws(PostgresURLError) in try Self.port(digits) })
    }

    private static func port(_ digits: Bytes) throws(PostgresURLError) -> UInt16? {
        if digits.isEmpty { return nil }
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(String(Substring(digits))), port > 0
        else { throw .badPort }
        return port
    }

    private static func parameter(_ text: Bytes) throws(PostgresURLError) -> Parameter {
        let (name, value) = split(text, at: "=")
        let isName = name.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5F
        }
        guard let value, isName, !name.isEmpty else { throw .badParameter }
        // As libpq does for what JDBC's driver calls so.
        if name.elementsEqual("ssl".utf8), value.elementsEqual("true".utf8) {
            return Parameter(name: "sslmode", value: Secret(Array("require".utf8)))
        }
        let known = String(Substring(name))
        return Parameter(name: known, value: Secret(Array(try self.text(value, known).utf8)))
    }

    private static func split(_ text: Bytes, at mark: Unicode.Scalar) -> (Bytes, Bytes?) {
        guard let index = text.firstIndex(of: UInt8(ascii: mark)) else { return (text, nil) }
        return (text[..<index], text[text.index(after: index)...])
    }

    /// Replaces `%HH` by the byte it stands for.
    private static func text(_ bytes: Bytes, _ part: String) throws(PostgresURLError) -> String {
        var decoded: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                throw .badEscape(part)
            }
            decoded.append(high << 4 | low)
        }
        // It would end the text early for libpq.
        guard !decoded.contains(0), let text = String(validating: decoded, as: UTF8.self) else { throw .notText(part) }
        return text
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
    }
}

/// What is wrong with a URL.
package enum PostgresURLError: Error, Sendable, Equatable, CustomStringConvertible {
    case noScheme
    case unknownScheme
    case badEscape(String)
    case notText(String)
    case badHost
    case badPort
    case badParameter
    case fragment
    case ambiguous

    package var description: String {
        switch self {
        case .noScheme: "it has no scheme (postgres://user@host:5432/database)"
        case .unknownScheme: "its scheme is not postgres or postgresql"
        case .badEscape(let part): "the \(part) has a % that is not followed by two hexadecimal digits"
        case .notText(let part): "the \(part) is not UTF-8, or holds a NUL"
        case .badHost: "the host is not well formed (IPv6 addresses stand in brackets)"
        case .badPort: "the port is not a number from 1 to 65535"
        case .badParameter: "what follows the question mark is not name=value, with & between them"
        case .fragment: "it has a # (write %23)"
        case .ambiguous:
            "where the password ends is not certain (write / ? # @ in it as %2F %3F %23 %40, and any other @ as %40)"
        }
    }
}
