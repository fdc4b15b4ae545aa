import RESP
import Redis
import RedisSandbox
import TestSupport

extension ClusterServers {
    /// The cluster as a client sees it that was let in by one server.
    func open(
        by index: Int = 0,
        timeouts: Timeouts = patient,
        name: ConnectionName = ConnectionName()
    ) throws -> Cluster {
        let address = Endpoint.Address.tcp(host: "127.0.0.1", port: port(index))
        return try Cluster(over: Connection.open(Endpoint(address: address), timeouts: timeouts, name: name))
    }
}

/// Keys of which each of three masters has three.
let spreadKeys = [
    "caracal.audit.events", "caracal.audit.events.dlq", "caracal.policy.invalidate", "caracal.sessions.revoke",
    "caracal.keys.invalidate", "caracal.agents.lifecycle", "caracal.invocations.lifecycle",
    "caracal.delegations.invalidate", "caracal.providers.ratelimit",
]

/// `SET key value`, for which the router knows the key.
func set(_ key: String, _ value: String) -> Command { Command("SET", key, value).writing(key: 0) }

/// `GET key`, for which the router knows the key.
func get(_ key: String) -> Command { Command("GET", key).reading(key: 0) }

/// What a scripted server of a cluster answers to HELLO and the introduction.
let clusterWelcome = welcome.replacing("%3\r\n", with: "%4\r\n$4\r\nmode\r\n$7\r\ncluster\r\n")

/// A scripted server of a cluster lets somebody in.
let clusterIntroduction: [PeerStep] = [.expectCommands(3), .send(clusterWelcome)]

/// It says over and over who serves which slots; `nodes` is its reply to CLUSTER SLOTS.
func clusterMaps(_ nodes: String) -> [PeerStep] {
    let map: [PeerStep] = [.expectCommands(2), .send("\(nodes)$2\r\nme\r\n")]
    return Array(repeating: map, count: 100).flatMap { $0 }
}

/// A node that says it holds every slot, and calls itself by an address of its own making.
let allSlotsMine = "*1\r\n*3\r\n:0\r\n:16383\r\n*3\r\n$9\r\n127.0.0.1\r\n:7000\r\n$2\r\nme\r\n$2\r\nme\r\n"

extension String {
    fileprivate func replacing(_ part: String, with other: String) -> String {
        split(separator: part, maxSplits: 1, omittingEmptySubsequences: false).joined(separator: other)
    }
}
