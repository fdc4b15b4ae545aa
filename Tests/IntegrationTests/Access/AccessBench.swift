import Caracal
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// A server with the users that `provision --emit-acl` describes, and runs of commands as one of them.
struct AccessBench {
    let server: SandboxServer
    private let lines: [[String]]

    init(_ server: SandboxServer) throws {
        self.server = server
        let result = try CommandRunner().run(["provision", "--emit-acl", "all", "-q"])
        expect(result, status: 0, stdout: result.stdout)
        lines = result.stdout.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        for line in lines {
            // A line for newer servers may be refused as a whole.
            _ = try connection().pipeline([Command("ACL", arguments: line.dropFirst().map { Array($0.utf8) })])
            try server.send("ACL SETUSER \(line[2]) >pw")
        }
    }

    func connection(as user: String? = nil) throws -> Connection {
        let credentials = user.map { Credentials(user: $0, password: Secret(Array("pw".utf8))) }
        let endpoint = Endpoint(address: .unix(path: server.socketPath), credentials: credentials)
        return try Connection.open(endpoint, timeouts: Timeouts(connect: .seconds(120), command: .seconds(120)))
    }

    /// The rules that grant something to a role, its keys among them.
    func rights(of role: String) -> [String] {
        lines.filter { $0[2] == "caracal-\(role)" }.flatMap { $0 }.filter { $0.hasPrefix("+") || $0.hasPrefix("~") }
    }

    /// Makes the user `probe`, which has all rights of a role but one.
    func makeProbe(_ role: String, without right: String) throws {
        try server.send("ACL SETUSER probe reset on >pw resetchannels")
        let rules = rights(of: role).filter { $0 != right }
        _ = try connection().pipeline(rules.map { Command("ACL", "SETUSER", "probe", $0) })
    }

    /// A provisioned server with pending entries, a dead letter and a key in db 1, the same each time.
    func fill(_ run: AccessRun) throws {
        try server.send("FLUSHDB")
        _ = try Provision(streams: StreamTable.all, policy: .automatic).run(on: try connection())
        let lines = Self.content + ["SELECT 1", "SET rl:x 1", "SELECT 0"] + run.preparations + ["ACL LOG RESET"]
        for reply in try connection().pipeline(lines.map(Self.command)) { try #require(reply.root.error == nil) }
    }

    /// The commands that make the pending entries and the dead letter on a provisioned server.
    static let content: [String] = {
        let letter = DLQ.audited("event").joined(separator: " ").split(separator: " such table").joined()
        return (1...5).map { "XADD caracal.audit.events \($0)-1 id \($0) data d" } + [
            "XREADGROUP GROUP audit-ingestor c1 COUNT 3 STREAMS caracal.audit.events >",
            "XREADGROUP GROUP audit-ingestor c2 COUNT 1 STREAMS caracal.audit.events >",
            "XADD caracal.audit.events.dlq 2000-1 \(letter)",
            "XADD caracal.policy.invalidate 5-1 a b", "XADD caracal.policy.invalidate 6-1 a b",
            "XREADGROUP GROUP opa-engine c1 COUNT 1 STREAMS caracal.policy.invalidate >",
            "XACK caracal.policy.invalidate opa-engine 5-1",
            "XADD caracal.sessions.revoke 1-1 zone_id z session_id s",
        ]
    }()

    private static func command(_ line: String) -> Command {
        let words = line.split(separator: " ").map { Array($0.utf8) }
        return Command(String(decoding: words[0], as: UTF8.self), arguments: Array(words.dropFirst()))
    }

    /// Runs a command as a user; nil is the one that may do everything.
    func run(_ run: AccessRun, as user: String?) throws -> CommandResult {
        try fill(run)
        return try rerun(run, as: user)
    }

    /// The same on what the server holds by now.
    func rerun(_ run: AccessRun, as user: String?) throws -> CommandResult {
        var runner = VerifySig.runner(server)
        // Nobody becomes stuck while a slow machine works.
        runner.environment["AUDIT_CLAIM_IDLE_SECS"] = "86400"
        let export = try Self.export(run, by: runner)
        let arguments = run.arguments.map { $0 == AccessRun.exported ? export.path : $0 }
        if let user {
            runner.environment["REDIS_USERNAME"] = user
            runner.environment["REDIS_PASSWORD"] = "pw"
        }
        guard let fault = Self.fault(run.connection) else { return try runner.run(arguments, input: run.input) }
        let proxy = try FaultProxy(server, [fault])
        runner.environment["REDIS_URL"] = proxy.url
        return try runner.run(arguments, input: run.input)
    }

    /// A file of all dead letters, where a run needs one; it is gone with the folder.
    static func export(_ run: AccessRun, by runner: CommandRunner) throws -> (folder: TemporaryFolder, path: String) {
        let folder = try TemporaryFolder()
        let export = run.arguments.contains(AccessRun.exported) ? try runner.run(["dlq", "export"]).stdout : ""
        return (folder, try folder.write("dead.ndjson", export))
    }

    private static func fault(_ connection: AccessRun.Connection) -> Fault? {
        switch connection {
        case .direct: nil
        case .lost: Fault(.toClient, after: .messages(PublishFaultTests.prelude), .swallowThenCut)
        case .held: Fault(.toServer, after: .messages(PublishFaultTests.prelude), .hold)
        }
    }

    /// What the server noted of refused commands since the last run began.
    func refusals() throws -> [String] {
        try server.send("ACL LOG")[0].root.elements.map { entry in
            String(decoding: entry[field: "object"]?.text ?? [], as: UTF8.self)
        }
    }
}
