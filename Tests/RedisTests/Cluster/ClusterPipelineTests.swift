import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct ClusterPipelineTests {
    @Test(arguments: RedisBinary.allCases)
    func asksEachServerOnceAndKeepsTheOrder(binary: RedisBinary) throws {
        try withCluster(binary) { servers in
            let cluster = try servers.open()
            _ = try cluster.pipeline(spreadKeys.map { set($0, "of \($0)") })
            let before = cluster.roundTrips
            let replies = try cluster.pipeline(spreadKeys.map(get) + [ServerTime().command])
            #expect(replies.dropLast().map(\.text) == spreadKeys.map { "of \($0)" })
            #expect(ServerTime().read(replies[9].root) != nil)
            #expect(cluster.roundTrips - before == 3)
        }
    }

    @Test func entersByAnyServerAndNeedsNoSecondConnectionToIt() throws {
        try withCluster(replicas: true) { servers in
            for index in servers.servers.indices {
                let name = ConnectionName()
                let cluster = try servers.open(by: index, name: name)
                #expect(try cluster.pipeline(spreadKeys.map(get)).allSatisfy { $0.root.isNull })
                let list = try servers.run(index, "CLIENT", "LIST").text ?? ""
                #expect(list.split(separator: "\n").count { $0.contains(" name=\(name) ") } == 1)
                #expect(cluster.server.role == .master)
                #expect(cluster.server.mode == .cluster)
            }
        }
    }

    @Test func followsASlotThatMoved() throws {
        try withCluster { servers in
            let cluster = try servers.open()
            let key = "caracal.sessions.revoke"
            _ = try cluster.send(set(key, "before"))
            try servers.move(key, to: 0)
            #expect(try cluster.send(get(key)).text == "before")
            try servers.move("caracal.audit.events", to: 1)
            #expect(try cluster.send(set("caracal.audit.events", "written")).text == "OK")
            // The map was corrected: no detour is needed any more.
            let before = cluster.roundTrips
            #expect(
                try cluster.pipeline([get(key), get("caracal.audit.events")]).map(\.text) == ["before", "written"]
            )
            #expect(cluster.roundTrips - before == 2)
        }
    }

    @Test func followsACommandThatDoesNotNameItsKey() throws {
        try withCluster { servers in
            let replies = try servers.open().pipeline(spreadKeys.map { Command("SET", $0, "x") })
            #expect(replies.allSatisfy { $0.text == "OK" })
        }
    }

    @Test func followsAKeyThatIsOnItsWay() throws {
        try withCluster { servers in
            let cluster = try servers.open()
            let key = "caracal.sessions.revoke"
            _ = try cluster.send(set(key, "1"))
            try servers.beginMoving(key, to: 0)
            #expect(try cluster.send(get(key)).text == "1")
            try servers.carry(key, to: 0)
            let commands = [Command("INCR", key).writing(key: 0), get("caracal.audit.events"), get(key)]
            #expect(try cluster.pipeline(commands).map(\.text) == [nil, nil, "2"])
            try servers.endMoving(key, to: 0)
            #expect(try cluster.send(Command("INCR", key).writing(key: 0)).root.integer == 3)
        }
    }

    @Test func triesAgainUntilBothKeysAreInOnePlace() throws {
        try withCluster { servers in
            let cluster = try servers.open()
            let source = servers.master(of: "{t}a")
            let target = (source + 1) % 3
            _ = try cluster.pipeline([set("{t}a", "1"), set("{t}b", "2")])
            try servers.beginMoving("{t}a", to: target)
            try servers.carry("{t}a", to: target)
            let both = Command("MGET", "{t}a", "{t}b").reading(key: 0)
            let impatient = try cluster.pipeline([both], until: .after(.seconds(3)))
            #expect(impatient[0].refusal?.kind == .tryAgain)
            let waiting = BackgroundThread { _ = try? cluster2(servers, both) }
            try servers.carry("{t}b", to: target)
            try servers.endMoving("{t}a", to: target)
            waiting.join()
            #expect(try cluster.send(both).root.elements.map { $0.text.map { Array($0) } } == [[0x31], [0x32]])
        }
    }

    @Test func saysThatASlotIsServedByNobody() throws {
        try withCluster { servers in
            let key = "caracal.sessions.revoke"
            let cluster = try servers.open()
            for index in 0..<3 { try servers.run(index, "CLUSTER", "DELSLOTS", "13713") }
            try eventually("the cluster is down") {
                try servers.run(0, "CLUSTER", "INFO").text?.contains("cluster_state:fail") ?? false
            }
            let replies = try cluster.pipeline([set(key, "x"), get("a")], until: .after(.seconds(3)))
            #expect(replies.map(\.refusal?.kind) == [.clusterDown, .clusterDown])
            try servers.run(2, "CLUSTER", "ADDSLOTS", "13713")
            #expect(try cluster.send(set(key, "x")).text == "OK")
        }
    }

    @Test func givesUpWhereServersPointAtEachOther() throws {
        try withCluster { servers in
            let cluster = try servers.open()
            try servers.run(2, "CLUSTER", "SETSLOT", "13713", "NODE", servers.identifier(0))
            let replies = try cluster.pipeline([get("caracal.sessions.revoke")], until: .after(.seconds(3)))
            #expect(replies.map(\.refusal?.kind) == [.moved])
        }
    }

    @Test func givesUpWhereASlotIsSentToWhoDoesNotWantIt() throws {
        try withCluster { servers in
            let cluster = try servers.open()
            try servers.run(2, "CLUSTER", "SETSLOT", "13713", "MIGRATING", servers.identifier(0))
            let replies = try cluster.pipeline([get("caracal.sessions.revoke")], until: .after(.seconds(3)))
            #expect([.ask, .moved].contains(replies[0].refusal?.kind))
        }
    }

    @Test func readsAgainFromTheSuccessorOfAServerThatDied() throws {
        try withCluster(replicas: true) { servers in
            let cluster = try servers.open()
            let key = "caracal.sessions.revoke"
            _ = try cluster.send(set(key, "kept"))
            try eventually("the replica has it") { try servers.run(5, "DBSIZE").root.integer == 1 }
            try servers.lose(2)
            #expect(try cluster.pipeline(spreadKeys.map(get))[3].text == "kept")
            #expect(try cluster.send(set(key, "written")).text == "OK")
        }
    }

    @Test func namesTheServerThatDiedAndHasNoSuccessor() throws {
        try withCluster { servers in
            let timeouts = Timeouts(connect: .milliseconds(300), command: .milliseconds(500))
            let cluster = try servers.open(timeouts: timeouts)
            _ = try cluster.pipeline(spreadKeys.map(get))
            servers.servers[2].stop()
            let error = try redisError { _ = try cluster.send(get("caracal.sessions.revoke")) }
            #expect(error.target == "127.0.0.1:\(servers.port(2))")
        }
    }
}

private func cluster2(_ servers: ClusterServers, _ command: Command) throws -> Reply {
    try servers.open().send(command)
}
