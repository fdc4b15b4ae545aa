import Redis
import Rendering

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
