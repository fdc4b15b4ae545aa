import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// A cluster with the users that `provision --emit-acl` describes on each of its servers.
struct ClusterAccessBench {
    let cluster: ClusterServers
    private let benches: [AccessBench]

    init(_ cluster: ClusterServers) throws {
        self.cluster = cluster
        benches = try cluster.servers.map(AccessBench.init)
    }

    /// Makes the user `probe` on every server, which has all rights of a role but one.
    func makeProbe(_ role: String, without right: String) throws {
        for bench in benches { try bench.makeProbe(role, without: right) }
    }

    /// A provisioned cluster with pending entries and a dead letter, the same each time.
    func fill(_ run: AccessRun) throws {
        for index in 0..<cluster.masterCount { try cluster.run(index, "FLUSHDB") }
        #expect(try cluster.run("provision").status == 0)
        for line in AccessBench.content + run.preparations {
            let words = line.split(separator: " ").map { Array($0.utf8) }
            let key = try #require(words.first { $0.starts(with: "caracal.".utf8) })
            let command = Command(String(decoding: words[0], as: UTF8.self), arguments: Array(words.dropFirst()))
            _ = try cluster.connect(cluster.master(of: String(decoding: key, as: UTF8.self))).send(command)
        }
        for index in cluster.servers.indices { try cluster.run(index, "ACL", "LOG", "RESET") }
    }

    /// A runner as a user, let in by one server.
    func runner(as user: String?, by index: Int = 0) throws -> CommandRunner {
        var runner = try cluster.runner(by: index)
        guard let user else { return runner }
        runner.environment["REDIS_USERNAME"] = user
        runner.environment["REDIS_PASSWORD"] = "pw"
        return runner
    }

    /// Runs a command as a user; nil is the one that may do everything.
    func run(_ run: AccessRun, as user: String?) throws -> CommandResult {
        try fill(run)
        let export = try AccessBench.export(run, by: runner(as: nil))
        let arguments = run.arguments.map { $0 == AccessRun.exported ? export.path : $0 }
        return try runner(as: user).run(arguments, input: run.input)
    }

    /// What the servers noted of refused commands since the last run began.
    func refusals() throws -> [String] { try benches.flatMap { try $0.refusals() } }
}
