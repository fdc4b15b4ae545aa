import Postgres
import Rendering
import Text

/// The database of a report: the envelope's `server` where Postgres was asked.
struct DatabasePresentation {
    /// Host and port, or the socket's path.
    let address: String
    /// What the server said of itself; nil when the connection was lost.
    let identity: PostgresIdentity?

    init(_ connection: PostgresConnection) {
        address = connection.target
        identity = connection.identity
    }

    /// As every envelope has it, but for the role, which only Redis has.
    var json: JSONValue {
        let number = identity.map { $0.version.prefix { $0 != UInt8(ascii: " ") } }
        return [
            "address": .string(address), "version": JSONValue(number.map { TerminalText($0) }), "product": "postgres",
            "database": JSONValue(identity.map { TerminalText($0.database) }),
        ]
    }
}
