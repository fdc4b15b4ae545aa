import RESP
import RedisSandbox
import TestSupport
import Testing

/// What `group` and `consumer` say of a failover is so.
@Suite struct GroupFailoverTests {
    private static func runner(_ server: SandboxServer) -> CommandRunner {
        var runner = CommandRunner(for: server)
        runner.environment["REDIS_URL"] = nil
        runner.timeout = .seconds(120)
        return runner
    }

    private func state(_ server: SandboxServer) throws -> String {
        try GroupWrite.state { try server.send($0)[0] }
    }

    /// Two servers with the same groups, of which the second does not follow the first any more.
    private func withTwoServers(_ body: (SandboxServer, SandboxServer) throws -> Void) throws {
        try withServer(.v7_0) { former in
            #expect(try CommandRunner(for: former).run(["provision"]).status == 0)
            try former.send(GroupWrite.preparation)
            try withServer(.v7_0, extra: ["replicaof 127.0.0.1 \(former.port ?? 0)"]) { next in
                try eventually("the replica has them") {
                    try next.send("EXISTS \(GroupWrite.stream)")[0].root.integer == 1
                }
                try eventually("the replica has all") { try state(next) == GroupWrite.before }
                try next.send("REPLICAOF NO ONE")
                try body(former, next)
            }
        }
    }

    /// The master that was changed is none any more by the time that its Sentinels are asked again: its successor counts.
    @Test(arguments: GroupWrite.all)
    func whatAMasterDidThatIsNoneAnyMoreIsNotCalledDone(write: GroupWrite) throws {
        try withTwoServers { former, next in
            let sentinel = try SentinelAnswerTests.sentinel(naming: former.port, times: 1, then: next.port)
            let options = ["--yes", "--sentinel", "127.0.0.1:\(sentinel.port)", "--master-name", "bus"]
            let result = try Self.runner(former).run(write.words + options)
            let isDone = try state(next) == write.done
            #expect(try isDone || state(next) == GroupWrite.before)
            #expect([0, 69, 74, 75].contains(result.status), "\(result.stderr)")
            #expect((result.status == 0) == isDone, "\(result.status) \(result.stdout)\(result.stderr)")
            #expect(
                isDone || (result.stdout + result.stderr).contains(#/not (created|moved|removed)|unknown/#),
                "\(result)"
            )
        }
    }

    /// A planned failover has begun: the former master takes the change, and all that it takes is lost.
    @Test(arguments: GroupWrite.all)
    func whatIsDoneIsDoneOnTheNewMaster(write: GroupWrite) throws {
        let group = try WatchedMaster()
        defer { group.stop() }
        let master = group.servers[0]
        #expect(try CommandRunner(for: master).run(["provision"]).status == 0)
        try master.send(GroupWrite.preparation)
        try group.waitForReplicas()
        var runner = Self.runner(master)
        runner.environment["CARACALCTL_SENTINEL"] = group.list
        runner.environment["CARACALCTL_MASTER_NAME"] = "mymaster"
        try group.beginFailover()
        let result = try runner.run(write.words + ["--yes", "--timeout", "60s"])
        let next = try group.waitForFailover(isPlanned: true)
        let after = try GroupWrite.state { line in
            let words = line.split(separator: " ").map(String.init)
            return words.count == 3
                ? try group.ask(next, words[0], words[1], words[2])
                : try group.ask(next, words[0], words[1], words[2], words[3])
        }
        #expect(after == write.done || after == GroupWrite.before)
        #expect([0, 69, 74, 75].contains(result.status), "\(result.stderr)")
        #expect(result.status != 0 || after == write.done, "\(result.stdout) \(after)")
    }
}
