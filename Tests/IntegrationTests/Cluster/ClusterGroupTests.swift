import Redis
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Changes to groups and consumers of a cluster whose stream moves, or whose server dies, between the plan and the step.
@Suite struct ClusterGroupTests {
    private func prepare(_ cluster: ClusterServers) throws {
        #expect(try cluster.run("provision").status == 0)
        #expect(cluster.master(of: GroupWrite.stream) == 2)
        for line in GroupWrite.preparation { try Self.send(line, to: cluster, 2) }
    }

    @discardableResult
    private static func send(_ line: String, to cluster: ClusterServers, _ index: Int) throws -> Reply {
        let words = line.split(separator: " ").map(String.init)
        return try cluster.connect(index).send(
            Command(words[0], arguments: words.dropFirst().map { Array($0.utf8) })
        )
    }

    private func state(_ cluster: ClusterServers, _ index: Int) throws -> String {
        try GroupWrite.state { try Self.send($0, to: cluster, index) }
    }

    /// Plans, has something happen while the question waits, and says yes.
    private func run(
        _ write: GroupWrite,
        on cluster: ClusterServers,
        timeout: String = "120s",
        atTheQuestion event: () throws -> Void
    ) throws -> CommandResult {
        var runner = try cluster.runner()
        runner.environment["NO_COLOR"] = "1"
        runner.environment["CARACALCTL_TIMEOUT"] = timeout
        let command = try runner.startInTerminal(write.words, columns: 250)
        try command.waitForOutput("[y/N] ")
        try event()
        command.type("y\n")
        return try command.finish()
    }

    @Test(arguments: GroupWrite.all)
    func theStepFollowsAStreamThatHasMoved(write: GroupWrite) throws {
        try withCluster { cluster in
            try prepare(cluster)
            #expect(try state(cluster, 2) == GroupWrite.before)
            let result = try run(write, on: cluster) { try cluster.move(GroupWrite.stream, to: 0) }
            #expect(result.status == 0, "\(result.stdout)")
            #expect(try state(cluster, 0) == write.done)
        }
    }

    /// Half of the way the source still answers, or sends on with ASK.
    @Test(arguments: GroupWrite.all)
    func theStepFollowsAStreamThatIsOnItsWay(write: GroupWrite) throws {
        try withCluster { cluster in
            try prepare(cluster)
            let result = try run(write, on: cluster) {
                try cluster.beginMoving(GroupWrite.stream, to: 0)
                try cluster.carry(GroupWrite.stream, to: 0)
            }
            try cluster.endMoving(GroupWrite.stream, to: 0)
            #expect(result.status == 0, "\(result.stdout)")
            #expect(try state(cluster, 0) == write.done)
        }
    }

    @Test(arguments: GroupWrite.all)
    func whatTheSuccessorHasNotIsNotCalledDone(write: GroupWrite) throws {
        try withCluster(replicas: true) { cluster in
            try prepare(cluster)
            try eventually("the replica has all") {
                let connection = try cluster.connect(5)
                _ = try connection.send(Command("READONLY"))
                let words = { (line: String) in line.split(separator: " ").map { Array($0.utf8) } }
                return try GroupWrite.state {
                    try connection.send(
                        Command(String(decoding: words($0)[0], as: UTF8.self), arguments: Array(words($0).dropFirst()))
                    )
                } == GroupWrite.before
            }
            let result = try run(write, on: cluster) {
                try cluster.lose(2)
                try cluster.waitUntilWhole(except: [2])
            }
            let isDone = try state(cluster, 5) == write.done
            #expect(try isDone || state(cluster, 5) == GroupWrite.before)
            #expect([0, 69, 74, 75].contains(result.status), "\(result.stdout)")
            #expect((result.status == 0) == isDone, "\(result.status) \(result.stdout)")
        }
    }

    @Test(arguments: GroupWrite.all)
    func withoutASuccessorNothingIsCalledDone(write: GroupWrite) throws {
        try withCluster { cluster in
            try prepare(cluster)
            let result = try run(write, on: cluster, timeout: "5s") { cluster.servers[2].stop() }
            #expect([69, 74, 75].contains(result.status), "\(result.status) \(result.stdout)")
            let isSaid = result.stdout.contains(#/unknown|not |nothing/#)
            #expect(isSaid, "\(result.stdout)")
        }
    }

    // MARK: Publishing again

    @Test func whatIsSignedAnewFollowsTheStream() throws {
        try withCluster { cluster in
            #expect(try cluster.run("provision").status == 0)
            let lines = { (range: ClosedRange<Int>) in
                range.map { "{\"zone_id\":\"z\",\"session_id\":\"s\($0)\",\"outbox_id\":\"m-\($0)\"}\n" }.joined()
            }
            let publish = ["publish", "sessions.revoke", "--ndjson", "-"]
            #expect(try cluster.runner().run(publish, input: lines(1...2)).status == 0)
            var other = try cluster.runner()
            other.environment["STREAMS_HMAC_KEY"] = String(repeating: "a1", count: 32)
            #expect(try other.run(publish, input: lines(3...4)).status == 0)
            var runner = try cluster.runner()
            runner.environment["NO_COLOR"] = "1"
            let words = ["publish", "sessions.revoke", "--resign", "--since", "-"]
            let command = try runner.startInTerminal(words, columns: 250)
            try command.waitForOutput("[y/N] ")
            try cluster.move(GroupWrite.stream, to: 0)
            command.type("y\n")
            let result = try command.finish()
            #expect(result.status == 0, "\(result.stdout)")
            #expect(
                try cluster.outboxIDs(of: GroupWrite.stream, at: 0) == ["m-1", "m-2", "m-3", "m-4", "m-3", "m-4"]
            )
            let again = try cluster.runner().run(words + ["--yes"])
            #expect(again.status == 0)
            #expect(again.stderr == "caracalctl: note: nothing to do: nothing was sent\n")
        }
    }
}
