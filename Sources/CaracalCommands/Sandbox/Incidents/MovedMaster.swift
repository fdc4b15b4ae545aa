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
        ) { stage in
            let other = try stage.startServer()
            guard let (port, otherPort) = stage.server.port.flatMap({ port in other.port.map { (port, $0) } }) else {
                return
            }
            let connection = try Connection.open(
                Endpoint(address: .unix(path: other.socketPath)),
                timeouts: Timeouts(command: .seconds(30))
            )
            // Nobody waits for more replicas.
            try stage.send("CONFIG", "SET", "repl-diskless-sync-delay", "0")
            _ = try connection.send(Command("CONFIG", "SET", "repl-diskless-sync-delay", "0"))
            _ = try connection.send(Command("REPLICAOF", "127.0.0.1", "\(port)"))
            try stage.wait(for: "master_link_status", "up", in: "replication", on: connection)
            _ = try connection.send(Command("REPLICAOF", "NO", "ONE"))
            try stage.send("REPLICAOF", "127.0.0.1", "\(otherPort)")
            try stage.wait(for: "master_link_status", "up", in: "replication")
        }
    }
}
