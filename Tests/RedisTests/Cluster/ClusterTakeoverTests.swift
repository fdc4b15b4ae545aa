import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// What a master has acknowledged, and a replica that took its place without having it.
@Suite struct ClusterTakeoverTests {
    @Test(arguments: [RedisBinary.v6_2, .v8_2, .valkey9_1])
    func theReplicaThatTookOverSaysSo(binary: RedisBinary) throws {
        try withCluster(binary, replicas: true) { servers in
            let cluster = try servers.open(by: 0)
            let key = spreadKeys[3]
            let owner = try cluster.connection(for: Array(key.utf8)).endpoint
            try cluster.confirmOwner(of: Array(key.utf8))
            let pair = [servers.master(of: key), servers.master(of: key) + servers.masterCount]
            let replica = try #require(pair.first { "\(owner)" != "127.0.0.1:\(servers.port($0))" })
            _ = try servers.run(replica, "CLUSTER", "FAILOVER", "TAKEOVER")
            let error = try redisError { try cluster.confirmOwner(of: Array(key.utf8)) }
            #expect(error.target == "\(owner)")
            #expect(
                error.cause == .link(.disconnected(reason: "it is not the master of its slots any more")),
                "\(error)"
            )
            #expect(error.nextStep(isRepeatable: true) == .reconnect)
        }
    }

    /// It may be down, and then it has not taken anybody's place.
    @Test func aReplicaThatCannotBeAskedIsNoSuccessor() throws {
        try withCluster(.v8_2, replicas: true) { servers in
            let cluster = try servers.open(by: 0)
            let place = servers.master(of: spreadKeys[0])
            servers.servers[place + servers.masterCount].stop()
            try cluster.confirmOwner(of: Array(spreadKeys[0].utf8))
        }
    }
}
