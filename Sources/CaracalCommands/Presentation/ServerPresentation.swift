import Redis
import Rendering

/// The server of a report: the envelope's `server`.
struct ServerPresentation {
    /// Host and port, or the socket's path.
    let address: String
    /// What the server said of itself.
    let identity: ServerIdentity

    init(_ connection: Connection) {
        address = connection.endpoint.description
        identity = connection.server
    }

    var json: JSONValue {
        [
            "address": .string(address), "version": JSONValue(identity.version),
            "role": JSONValue(identity.role?.rawValue),
        ]
    }
}
