import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

extension SandboxServer {
    /// Sends commands written as in a shell, without quoting, and returns the replies.
    @discardableResult
    func send(_ lines: String...) throws -> [Reply] {
        try send(lines)
    }

    /// Sends commands written as in a shell, without quoting, and returns the replies.
    @discardableResult
    func send(_ lines: [String]) throws -> [Reply] {
        let connection = try Connection.open(
            Endpoint(address: .unix(path: socketPath)),
            timeouts: Timeouts(connect: .seconds(120), command: .seconds(120))
        )
        return try lines.map { line in
            let words = line.split(separator: " ").map { Array($0.utf8) }
            return try connection.send(
                Command(String(decoding: words[0], as: UTF8.self), arguments: Array(words.dropFirst()))
            )
        }
    }

    /// The number of keys in db 0.
    func keyCount() throws -> Int64? {
        try send("DBSIZE")[0].root.integer
    }

    /// How many times a wrong password was tried; nil where that was done by several users, or in several ways.
    func wrongPasswords() throws -> Int64? {
        let log = try send("ACL LOG")[0].root
        return log.elements.count == 1 ? log[0]?[field: "count"]?.integer : nil
    }

    /// Runs the tool against it.
    func run(_ arguments: String..., environment: [String: String] = [:]) throws -> CommandResult {
        try CommandRunner(environment: ["REDIS_URL": url].merging(environment) { $1 }).run(arguments)
    }
}

/// Runs the tool with no server in its environment.
func run(_ arguments: String..., environment: [String: String] = [:]) throws -> CommandResult {
    try CommandRunner(environment: environment).run(arguments)
}

/// Fails unless a command ended like this.
func expect(
    _ result: CommandResult,
    status: Int32,
    stdout: String = "",
    stderr: String = "",
    _ location: SourceLocation = #_sourceLocation
) {
    #expect(result.status == status, sourceLocation: location)
    #expect(result.stdout == stdout, sourceLocation: location)
    #expect(result.stderr == stderr, sourceLocation: location)
}

extension String {
    /// A report without what no two runs share: its time, and the server's port.
    func masked(port: UInt16?) -> String {
        var text = self
        for mark in ["\"at\": \"", "\"at\":\""] {
            let parts = text.split(separator: mark, maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { text = parts[0] + mark + "AT" + parts[1].drop { $0 != "\"" } }
        }
        return port.map { text.split(separator: ":\($0)", omittingEmptySubsequences: false).joined(separator: ":PORT") }
            ?? text
    }
}

/// The table of a provisioned server, with one word for every line.
func provisioned(_ word: String, start: String) -> String {
    let lines = [
        "audit.events            audit-ingestor      ", "audit.events            siem-export         ",
        "audit.events.dlq        audit-dlq-observer  ", "policy.invalidate       opa-engine          ",
        "sessions.revoke         sts-revocation      ", "sessions.revoke         resource-revocation ",
        "keys.invalidate         sts-keys            ", "agents.lifecycle        coordinator-relay   ",
        "invocations.lifecycle   invocations-observer", "delegations.invalidate  delegations-observer",
    ]
    let width = max(word.count, "RESULT".count)
    let padding = String(repeating: " ", count: width - word.count)
    let heading =
        "STREAM                  GROUP                 RESULT" + String(repeating: " ", count: width - 6) + "  START"
    let body = lines.map { "\($0)  \(word)\(padding)  \(start)" }
    return ([heading] + body + ["providers.ratelimit     -                     \(word)\(padding)  -"])
        .map { $0 + "\n" }.joined()
}
