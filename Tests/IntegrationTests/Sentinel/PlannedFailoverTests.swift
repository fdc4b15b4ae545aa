import RESP
import RedisSandbox
import TestSupport
import Testing

/// A write that begins when a planned failover (`SENTINEL FAILOVER`) has begun: the former master takes it, and all that it
/// takes is lost. What is reported as done is on the new master.
@Suite struct PlannedFailoverTests {
    private static let stream = "caracal.keys.invalidate"
    private static let count = 600

    /// A deployment with dead letters on every server, and a runner that reaches it through its Sentinels alone.
    private func withDeployment(
        _ body: (WatchedMaster, _ run: ([String]) throws -> CommandResult) throws -> Void
    ) throws {
        let group = try WatchedMaster()
        defer { group.stop() }
        let master = group.servers[0]
        try DLQ.fill(master, Self.count)
        try group.waitForReplicas()
        var runner = DLQ.runner(master)
        runner.environment["REDIS_URL"] = nil
        runner.environment["CARACALCTL_SENTINEL"] = group.list
        runner.environment["CARACALCTL_MASTER_NAME"] = "mymaster"
        runner.timeout = .seconds(120)
        let complete = runner
        try body(group) { try complete.run($0) }
    }

    @Test func whatIsPublishedIsOnTheNewMaster() throws {
        try withDeployment { group, run in
            try group.beginFailover()
            var published: [String] = []
            for number in 1...5 {
                let id = "planned-\(number)"
                let message = ["zone_id=z", "outbox_id=\(id)"]
                let result = try run(
                    ["publish", Self.stream, "--unsigned", "--no-schema", "--timeout", "60s"] + message
                )
                if result.status == 0 { published.append(id) }
            }
            let found = try group.waitForFailover(isPlanned: true).outboxIDs(of: Self.stream)
            #expect(published.allSatisfy(found.contains), "\(published) were published, \(found) are there")
            #expect(Set(found).count == found.count)
        }
    }

    @Test func whatIsRedrivenIsBackOnTheNewMaster() throws {
        try withDeployment { group, run in
            try group.beginFailover()
            let result = try run(["dlq", "redrive", "--yes", "--timeout", "60s"])
            let next = try group.waitForFailover(isPlanned: true)
            #expect(result.status == 0, "\(result.stderr)")
            #expect(try DLQ.events(on: next) == ([], DLQ.names(0..<Self.count)))
        }
    }

    /// What a group is to have had done to its list, and what the new master shows of it then.
    static let changes: [([String], pending: [String])] = [
        (["ack", "keys.invalidate", "sts-keys", "1-0", "2-0"], ["3-0 c", "4-0 c"]),
        (
            ["claim", "keys.invalidate", "sts-keys", "--to", "d", "--create-consumer", "1-0"],
            ["1-0 d", "2-0 c", "3-0 c", "4-0 c"]
        ),
    ]

    @Test(arguments: changes.indices)
    func whatIsChangedInAGroupIsChangedOnTheNewMaster(index: Int) throws {
        let (words, wanted) = Self.changes[index]
        try withDeployment { group, run in
            let master = group.servers[0]
            try master.send((1...4).map { "XADD \(Self.stream) \($0)-0 a b" })
            try master.send("XREADGROUP GROUP sts-keys c COUNT 4 STREAMS \(Self.stream) >")
            try group.waitForReplicas()
            try group.beginFailover()
            let result = try run(words + ["--yes", "--timeout", "60s"])
            let next = try group.waitForFailover(isPlanned: true)
            let pending = try group.ask(next, "XPENDING", Self.stream, "sts-keys", "-", "+", "10").root.elements.map {
                "\(String(decoding: $0[0]?.text ?? [], as: UTF8.self)) \(String(decoding: $0[1]?.text ?? [], as: UTF8.self))"
            }
            #expect([0, 69, 74].contains(result.status), "\(result.stderr)")
            #expect((result.status == 0) == (pending == wanted), "\(result.status) \(result.stderr) \(pending)")
        }
    }

    @Test func whatIsTrimmedIsGoneOnTheNewMaster() throws {
        try withDeployment { group, run in
            let master = group.servers[0]
            try master.send((1...4).map { "XADD \(Self.stream) \($0)-0 a b" })
            try master.send("XGROUP SETID \(Self.stream) sts-keys 3-0")
            try group.waitForReplicas()
            try group.beginFailover()
            let result = try run(["trim", "keys.invalidate", "--yes", "--timeout", "60s"])
            let next = try group.waitForFailover(isPlanned: true)
            let left = try group.ask(next, "XLEN", Self.stream).root.unsigned
            #expect([0, 74].contains(result.status), "\(result.stderr)")
            #expect(result.status != 0 || left == 1, "\(result.stdout) \(String(describing: left))")
        }
    }

    @Test func whatIsCreatedIsThereOnTheNewMaster() throws {
        try withDeployment { group, run in
            try group.servers[0].send("DEL caracal.policy.invalidate")
            try group.waitForReplicas()
            try group.beginFailover()
            let result = try run(["provision", "--timeout", "60s"])
            let next = try group.waitForFailover(isPlanned: true)
            let isThere = try group.ask(next, "EXISTS", "caracal.policy.invalidate").root.unsigned == 1
            #expect([0, 74].contains(result.status), "\(result.stderr)")
            #expect(result.status != 0 || isThere, "\(result.stdout)")
        }
    }

    @Test func whatIsPurgedIsGoneOnTheNewMaster() throws {
        try withDeployment { group, run in
            let folder = try TemporaryFolder()
            let file = folder.path + "/dead.ndjson"
            #expect(try run(["dlq", "export", "--to", file]).status == 0)
            try group.beginFailover()
            let result = try run(["dlq", "purge", "--exported", file, "--yes", "--timeout", "60s"])
            let next = try group.waitForFailover(isPlanned: true)
            #expect(result.status == 0, "\(result.stderr)")
            #expect(result.stdout.hasSuffix("\nremoved \(Self.count) dead letters\n"))
            #expect(try DLQ.events(on: next).dead == [])
        }
    }
}
