import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// What the tests of `publish` share.
enum Publish {
    static let key = String(repeating: "7", count: 64)
    static let stream = "caracal.sessions.revoke"

    /// A runner with a signing key, for a server or for a proxy before it.
    static func runner(_ url: String) -> CommandRunner {
        CommandRunner(
            environment: ["REDIS_URL": url, "STREAMS_HMAC_KEY": key, "CARACALCTL_CONNECT_TIMEOUT": "30s"],
            timeout: .seconds(120)
        )
    }

    /// Runs `publish` on a server.
    static func run(_ server: SandboxServer, _ arguments: String..., input: String = "") throws -> CommandResult {
        try runner(server.url).run(["publish"] + arguments, input: input)
    }

    /// Revocations, one a line, with the ids `m-1`, `m-2` and so on.
    static func lines(_ count: Int) -> String {
        (1...count).map { "{\"zone_id\":\"z\",\"session_id\":\"s-\($0)\",\"outbox_id\":\"m-\($0)\"}\n" }.joined()
    }

    /// The ids of as many revocations.
    static func identifiers(_ count: Int) -> [String] {
        (1...count).map { "m-\($0)" }
    }

    /// A file that a run left in its folder, as its message names it.
    static func resumeFile(_ command: RunningCommand) throws -> String {
        let words = command.stderrSoFar.split { [" ", "\n", "\"", ":"].contains($0) }
        let path = try #require(words.first { $0.contains("caracalctl-publish-") }, "\(command.stderrSoFar)")
        return path.hasPrefix("/") ? String(path) : "\(command.homePath)/\(path)"
    }
}

extension SandboxServer {
    /// Makes the stream, with a group and, unless it is to be empty, one entry that is nobody's.
    func makeRevocations(empty: Bool = false) throws {
        try send("XGROUP CREATE \(Publish.stream) sts-revocation $ MKSTREAM")
        if !empty { try send("XADD \(Publish.stream) 1-1 zone_id z session_id s") }
    }

    /// The `outbox_id` of each entry that has one, in the order of the stream.
    func outboxIDs(of stream: String = Publish.stream) throws -> [String] {
        try send("XRANGE \(stream) - +")[0].root.elements.compactMap { entry in
            entry[1]?[field: "outbox_id"]?.text.map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// The ids of the entries, in the order of the stream.
    func entryIDs(of stream: String = Publish.stream) throws -> [String] {
        try send("XRANGE \(stream) - +")[0].root.elements.compactMap { entry in
            entry[0]?.text.map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// How many connections that bear a name of the tool's own the server still knows.
    func toolConnectionCount() throws -> Int {
        let list = String(decoding: try send("CLIENT LIST")[0].root.text ?? [], as: UTF8.self)
        return list.split(separator: "\n").count { $0.contains(" name=caracalctl-") } - 1
    }

    /// How often XADD was run since the statistics were reset.
    func addCount() throws -> Int { try calls(of: "xadd") }

    /// How often a command was run since the statistics were reset; its name in small letters.
    func calls(of command: String) throws -> Int {
        let text = String(decoding: try send("INFO commandstats")[0].root.text ?? [], as: UTF8.self)
        let start = "cmdstat_\(command):calls="
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(start) }
        return line.flatMap { Int($0.dropFirst(start.count).prefix { $0 != "," }) } ?? 0
    }
}
