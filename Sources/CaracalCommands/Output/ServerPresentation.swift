import Caracal
import Glibc
import Postgres
import Redis
import Rendering
import Text

/// The server of a report: the envelope's `server`.
struct ServerPresentation {
    /// Host and port, or the socket's path.
    let address: String
    /// What the server said of itself.
    let identity: ServerIdentity

    init(_ connection: any CommandChannel) {
        address = connection.endpoint.description
        identity = connection.server
    }

    /// Whether it is one of a cluster, and all of them are meant.
    var isOfCluster: Bool { identity.mode == .cluster }

    var json: JSONValue {
        let members = [
            JSONMember("address", .string(address)), JSONMember("version", JSONValue(identity.version?.number)),
            JSONMember("role", JSONValue(identity.role?.rawValue)),
        ]
        // Elsewhere these say nothing: what is not said to be something else is Redis, and the role tells the rest.
        let product = identity.version?.product == .valkey ? [JSONMember("product", "valkey")] : []
        return .object(members + product + (isOfCluster ? [JSONMember("mode", "cluster")] : []))
    }
}

extension ServerIdentity {
    /// What it is, in a word; nil when it did not say. By one of a cluster all of them are meant, whatever that one is.
    var standing: String? { mode == .cluster ? "cluster" : role?.rawValue }
}

/// Our own clock, for the time at which a report was made.
enum WallClock {
    /// Unix milliseconds.
    static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    /// The same for what takes no negative time.
    static var unsigned: UInt64 { UInt64(max(0, now)) }
}

extension [Finding] {
    /// The findings as an envelope's warnings.
    var warnings: [Envelope.Warning] {
        map { Envelope.Warning(code: $0.code.rawValue, message: $0.message.json) }
    }
}

extension JSONValue {
    /// A message's fields as pairs: a name may be there twice.
    static func fields(_ message: Message) -> JSONValue {
        .array(
            message.fields.indices.map {
                .array([.bytes(Array(message.name(at: $0))), .bytes(Array(message.value(at: $0)))])
            }
        )
    }
}

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
