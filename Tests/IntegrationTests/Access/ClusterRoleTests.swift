import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// The rules of `provision --emit-acl` on clusters: enough, and no more than what a cluster needs.
@Suite struct ClusterRoleTests {
    /// On one version: a single server of each shows what its rules are worth.
    @Test(arguments: AccessRoleTests.roles)
    func aRoleRunsItsCommandsToTheEndAndIsRefusedNothing(role: String) throws {
        try withCluster(.v8_2, extra: ["appendonly yes"]) { cluster in
            let bench = try ClusterAccessBench(cluster)
            let runs = AccessRun.all.filter {
                $0.roles.contains(role) && $0.connection == .direct
            }
            for run in runs {
                let whole = try bench.run(run, as: nil)
                let result = try bench.run(run, as: "caracal-\(role)")
                let refusals = try bench.refusals()
                #expect(refusals == [], "\(run.line)")
                #expect(result.status == whole.status, "\(run.line): \(result.stderr)")
                #expect(result.stdout.split(separator: "\n").count == whole.stdout.split(separator: "\n").count)
                #expect(result.stderr.split(separator: "\n").count == whole.stderr.split(separator: "\n").count)
            }
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func withoutTheMapNothingIsLookedAt(binary: RedisBinary) throws {
        try withCluster(binary) { cluster in
            let bench = try ClusterAccessBench(cluster)
            try bench.makeProbe("provisioner", without: "+cluster|slots")
            expect(
                try bench.runner(as: "probe").run(["provision", "--check"]),
                status: 77,
                stderr: "caracalctl: 127.0.0.1:\(cluster.port(0)) refused: "
                    + Self.lack(of: "CLUSTER SLOTS", "+cluster|slots", "observer")
            )
        }
    }

    /// The name of the server is not what the cluster calls it: without its id it is taken for another one.
    @Test(arguments: RedisBinary.allCases)
    func withoutItsIDAServerIsConnectedToTwice(binary: RedisBinary) throws {
        try withCluster(binary) { cluster in
            let bench = try ClusterAccessBench(cluster)
            try cluster.run(2, "XADD", Publish.stream, "1-1", "zone_id", "z", "session_id", "s")
            try bench.makeProbe("observer", without: "+cluster|myid")
            for (user, connections) in [("caracal-observer", 1), ("probe", 2)] {
                var runner = try bench.runner(as: user, by: 2)
                runner.environment["REDIS_URL"] = "redis://localhost:\(cluster.port(2))"
                let before = try Self.connectionCount(cluster, 2)
                expect(try runner.run(["xlen", "sessions.revoke", "--raw"]), status: 0, stdout: "1\n")
                // The second count is made on a connection of its own.
                #expect(try Self.connectionCount(cluster, 2) - before == connections + 1, "\(user)")
            }
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func withoutAskingAKeyOnItsWayCannotBeReached(binary: RedisBinary) throws {
        try withCluster(binary) { cluster in
            let bench = try ClusterAccessBench(cluster)
            try cluster.run(2, "XADD", Publish.stream, "1-1", "zone_id", "z", "session_id", "s")
            try cluster.beginMoving(Publish.stream, to: 0)
            try cluster.carry(Publish.stream, to: 0)
            try bench.makeProbe("observer", without: "+asking")
            let arguments = ["xlen", "sessions.revoke", "--raw"]
            expect(try bench.runner(as: "caracal-observer").run(arguments), status: 0, stdout: "1\n")
            let lack = Self.lack(of: "ASKING", "+asking", "observer", on: Publish.stream)
            let result = try bench.runner(as: "probe").run(arguments)
            #expect(result.status == 77)
            #expect(result.stderr.contains(lack), "\(result.stderr)")
        }
    }

    @Test func withoutAskingAMessageForAStreamOnItsWayIsRefused() throws {
        try withCluster { cluster in
            let bench = try ClusterAccessBench(cluster)
            try cluster.run(2, "XADD", Publish.stream, "1-1", "zone_id", "z", "session_id", "s")
            try bench.makeProbe("operator", without: "+asking")
            let command = try bench.runner(as: "probe")
                .start(["publish", "sessions.revoke", "--ndjson", "-", "-o", "ndjson"])
            command.type(LongPublish.lines(1...1_000))
            try command.waitForOutput("\"line\":1000,")
            try cluster.beginMoving(Publish.stream, to: 0)
            try cluster.carry(Publish.stream, to: 0)
            let result = try LongPublish.end(command, after: 1_001...3_000)
            #expect(result.status == 77)
            #expect(result.stderr.contains("may not run ASKING"), "\(result.stderr)")

            #expect(try Self.storedOnTheWay(cluster) == Publish.identifiers(1_000))
        }
    }

    @Test func withoutWaitNothingIsSentThatReplicasShouldConfirm() throws {
        try withCluster(replicas: true) { cluster in
            let bench = try ClusterAccessBench(cluster)
            try cluster.run(2, "XADD", Publish.stream, "1-1", "zone_id", "z", "session_id", "s")
            let arguments = [
                "publish", "sessions.revoke", "zone_id=z", "session_id=s", "outbox_id=m-1", "--wait-replicas", "1",
            ]
            try bench.makeProbe("operator", without: "+wait")
            expect(
                try bench.runner(as: "probe").run(arguments),
                status: 77,
                stderr: "caracalctl: 127.0.0.1:\(cluster.port(2)) refused: "
                    + Self.lack(of: "WAIT", "+wait", "operator")
            )
            #expect(try cluster.outboxIDs(at: 2) == [])
            #expect(try bench.runner(as: "caracal-operator").run(arguments).status == 0)
            #expect(try cluster.outboxIDs(at: 2) == ["m-1"])
        }
    }

    private static func lack(of command: String, _ rule: String, _ role: String, on key: String? = nil) -> String {
        "the user \"probe\" may not run \(command)\(key.map { " on \($0)" } ?? "") (ACL SETUSER probe \(rule); "
            + "caracalctl provision --emit-acl \(role))\n"
    }

    private static func connectionCount(_ cluster: ClusterServers, _ index: Int) throws -> UInt64 {
        let info = InfoFields(try cluster.run(index, "INFO", "stats").root.text ?? [])
        return try #require(info.unsigned("total_connections_received"))
    }

    /// The messages of a stream that server 0 is being given.
    private static func storedOnTheWay(_ cluster: ClusterServers) throws -> [String] {
        let connection = try cluster.connect(0)
        _ = try connection.send(Command("ASKING"))
        return try connection.send(Command("XRANGE", Publish.stream, "-", "+")).root.elements.compactMap { entry in
            entry[1]?[field: "outbox_id"]?.text.map { String(decoding: $0, as: UTF8.self) }
        }
    }
}
