import Caracal
import RESP
import Redis
import RedisSandbox

extension Incident {
    /// The address leads to a replica now: another server is the master.
    package static func movedMaster() -> Incident {
        Incident(
            "after-maintenance",
            "The Coordinator cannot publish since the maintenance.",
            page: "THE ADDRESS OF A REPLICA",
            check: "replication"
        ) { bus in
            let other = try bus.startServer()
            guard let (port, otherPort) = bus.server.port.flatMap({ port in other.port.map { (port, $0) } }) else {
                return
            }
            let connection = try Connection.open(
                Endpoint(address: .unix(path: other.socketPath)),
                timeouts: Timeouts(command: .seconds(30))
            )
            // Nobody waits for more replicas.
            try bus.send("CONFIG", "SET", "repl-diskless-sync-delay", "0")
            _ = try connection.send(Command("CONFIG", "SET", "repl-diskless-sync-delay", "0"))
            _ = try connection.send(Command("REPLICAOF", "127.0.0.1", "\(port)"))
            try bus.wait(for: "master_link_status", "up", in: "replication", on: connection)
            _ = try connection.send(Command("REPLICAOF", "NO", "ONE"))
            try bus.send("REPLICAOF", "127.0.0.1", "\(otherPort)")
            try bus.wait(for: "master_link_status", "up", in: "replication")
        }
    }
}
