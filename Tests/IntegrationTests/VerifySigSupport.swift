import RESP
import Redis
import RedisSandbox
import TestSupport

/// Entries signed with the key of sixty-four sevens, made by an independent HMAC-SHA256, and ways to use them.
enum VerifySig {
    static let key = String(repeating: "7", count: 64)
    static let revocations = "caracal.sessions.revoke"

    /// Signed for `caracal.sessions.revoke`.
    static let signed = [
        "zone_id", "z-1", "session_id", "s-1",
        "_sig", "0c93c14add4b19efebee9b7f6b010d3b511da04e237ca4324b7fe85d8bb31433",
    ]

    /// Signed for `caracal.keys.invalidate`.
    static let invalidation = [
        "zone_id", "z-1", "_sig", "3833f8864dbc26b91208b39d78226834b7f100ea079a0b0001e4cc2c0617fb9e",
    ]

    /// An audit event `{}` signed by the audit scheme.
    static let audited = ["data", "{}", "sig", "82e3ee02a924a85122c3f617e5828344c05ba345633150b612b2b99c973ebfbb"]

    /// An audit event as the API's outbox publishes it: signed by both schemes, `_sig` over its field `id` too.
    static let twiceSigned = [
        "id", "e-1", "data", #"{"id":"e-1"}"#, "zone_id", "z-1", "sig",
        "f9e71179a2d702c7ba5a9414ead1631bdc6332f0765eef4150c0f5a63ff3a2ce",
        "_sig", "dfd8ad2e361facaf6376ba6d1d220a0b48eb927699a557af98b800180c36d802",
    ]

    /// Runs `verify-sig` with both keys set.
    static func run(_ server: SandboxServer, _ arguments: String...) throws -> CommandResult {
        try runner(server).run(["verify-sig"] + arguments)
    }

    static func runner(_ server: SandboxServer) -> CommandRunner {
        var runner = CommandRunner(for: server)
        runner.environment["STREAMS_HMAC_KEY"] = key
        runner.environment["AUDIT_HMAC_KEY"] = key
        return runner
    }

    /// A connection to a server's socket.
    static func connect(_ server: SandboxServer) throws -> Connection {
        try Connection.open(
            Endpoint(address: .unix(path: server.socketPath)),
            timeouts: Timeouts(connect: .seconds(120), command: .seconds(120))
        )
    }

    /// Adds entries, one for each list of names and values, with ids from `1-0` on.
    static func add(_ entries: [[String]], to stream: String = revocations, on server: SandboxServer) throws {
        let connection = try connect(server)
        for (index, fields) in entries.enumerated() {
            let arguments = [stream, "\(index + 1)-0"] + fields
            _ = try connection.send(Command("XADD", arguments: arguments.map { Array($0.utf8) }))
        }
    }
}

extension SandboxServer {
    /// Adds an entry of another stream at the time of an entry: what was signed with the key then, so the key is the right one.
    func vouch(for id: String) throws {
        try send("XADD caracal.keys.invalidate \(id) \(VerifySig.invalidation.joined(separator: " "))")
    }
}
