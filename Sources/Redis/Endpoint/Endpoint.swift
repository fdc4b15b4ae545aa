/// Where a server is and how to be let in. Describing one never shows the password.
package struct Endpoint: Sendable, Equatable, CustomStringConvertible {
    /// Where the server listens.
    package enum Address: Sendable, Hashable {
        /// A host name or a numeric address (IPv6 without brackets), and a port.
        case tcp(host: String, port: UInt16)
        /// The path of a Unix socket.
        case unix(path: String)

        /// The host; empty for a Unix socket, which has none.
        package var host: String {
            if case .tcp(let host, _) = self { host } else { "" }
        }
    }

    /// Where the server listens.
    package var address: Address
    /// The database to SELECT; Caracal's streams live in 0.
    package var database: Int
    /// Who to be; nil to send no AUTH.
    package var credentials: Credentials?
    /// How to speak TLS; nil to speak in the clear.
    package var tls: TLSPolicy?
    /// The setting that names the address, as errors tell it; nil for an address that the network announced.
    package var namedBy: String?

    /// A server at this address; its database is 0, unless given otherwise.
    package init(
        address: Address,
        database: Int = 0,
        credentials: Credentials? = nil,
        tls: TLSPolicy? = nil,
        namedBy: String? = nil
    ) {
        self.namedBy = namedBy
        self.address = address
        self.database = database
        self.credentials = credentials
        self.tls = tls
    }

    /// `host:port`, `[address]:port` or the socket's path: how every message names the server.
    package var description: String {
        switch address {
        case .tcp(let host, let port): host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): path
        }
    }
}

/// Who to be on the server: `AUTH password`, or `AUTH user password` for an ACL user.
package struct Credentials: Sendable, Equatable {
    /// The ACL user; nil for the default user.
    package let user: String?
    /// The password; empty for a user that needs none.
    package let password: Secret

    /// The password of a user; nil for the default user.
    package init(user: String?, password: Secret) {
        self.user = user
        self.password = password
    }
}

extension Endpoint.Address {
    /// An address that came from the network; nil for one that cannot be: it is resolved, shown and compared as it is.
    init?(announced host: some Collection<UInt8>, port: UInt64) {
        guard (1...255).contains(host.count), host.allSatisfy(Self.isOfHost),
            let port = UInt16(exactly: port), port > 0
        else { return nil }
        self = .tcp(host: String(decoding: host, as: UTF8.self), port: port)
    }

    /// Letters, digits, and what else stands in names and addresses.
    private static func isOfHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
