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
        _ body: (WatchedMaster, _ run: (String...) throws -> CommandResult) throws -> Void
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
        try body(group) { try complete.run(Array($0)) }
    }

    @Test func whatIsPublishedIsOnTheNewMaster() throws {
        try withDeployment { group, run in
            try group.beginFailover()
            var published: [String] = []
            for number in 1...5 {
                let id = "planned-\(number)"
                let result = try run(
                    "publish",
                    Self.stream,
                    "--unsigned",
                    "--no-schema",
                    "zone_id=z",
                    "outbox_id=\(id)",
                    "--timeout",
                    "60s"
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
            let result = try run("dlq", "redrive", "--yes", "--timeout", "60s")
            let next = try group.waitForFailover(isPlanned: true)
            #expect(result.status == 0, "\(result.stderr)")
            #expect(try DLQ.events(on: next) == ([], DLQ.names(0..<Self.count)))
        }
    }

    @Test func whatIsPurgedIsGoneOnTheNewMaster() throws {
        try withDeployment { group, run in
            let folder = try TemporaryFolder()
            let file = folder.path + "/dead.ndjson"
            #expect(try run("dlq", "export", "--to", file).status == 0)
            try group.beginFailover()
            let result = try run("dlq", "purge", "--exported", file, "--yes", "--timeout", "60s")
            let next = try group.waitForFailover(isPlanned: true)
            #expect(result.status == 0, "\(result.stderr)")
            #expect(result.stdout == "removed \(Self.count) dead letters\n")
            #expect(try DLQ.events(on: next).dead == [])
        }
    }
}
