import RESP

/// What a server says of itself in its reply to HELLO. A server that does not know HELLO leaves it all unknown.
package struct ServerIdentity: Sendable, Equatable {
    /// What the server is to its data.
    package enum Role: String, Sendable {
        case master
        case replica
    }

    /// How the server runs.
    package enum Mode: String, Sendable {
        case standalone
        case cluster
        case sentinel
    }

    /// Which software it is, in which version; nil when unknown or not a version.
    package var version: ServerVersion?
    /// Master or replica; nil when unknown.
    package var role: Role?
    /// How it runs; nil when unknown.
    package var mode: Mode?
    /// The number of this connection, for CLIENT KILL ID.
    package var connection: Int64?

    /// An identity of which nothing is known.
    package init() {}

    /// Reads the reply to HELLO. Fields that are missing or strange stay unknown.
    package init(hello: ReplyValue) {
        let product = hello[field: "server"]?.text.map(Self.product) ?? .redis
        version = hello[field: "version"]?.text.flatMap(Self.version).map { ServerVersion($0, of: product) }
        role = hello[field: "role"]?.text.flatMap { Role(rawValue: String(decoding: $0, as: UTF8.self)) }
        mode = hello[field: "mode"]?.text.flatMap { Mode(rawValue: String(decoding: $0, as: UTF8.self)) }
        connection = hello[field: "id"]?.integer
    }

    private static func product(_ text: ArraySlice<UInt8>) -> ServerVersion.Product {
        ServerVersion.Product(rawValue: String(decoding: text, as: UTF8.self)) ?? .other
    }

    /// Digits, dots, letters and hyphens only: it is shown without further ado.
    private static func version(_ text: ArraySlice<UInt8>) -> String? {
        let isPlain = text.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isPlain && (1...32).contains(text.count) ? String(decoding: text, as: UTF8.self) : nil
    }
}
