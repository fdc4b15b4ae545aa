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

    /// Puts an endpoint together.
    package init(address: Address, database: Int = 0, credentials: Credentials? = nil, tls: TLSPolicy? = nil) {
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
