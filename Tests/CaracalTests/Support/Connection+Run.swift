import RESP
import RedisSandbox
import TestSupport

@testable import Redis

extension SandboxServer {
    /// Connects to it.
    func connect(as credentials: Credentials? = nil) throws -> Connection {
        try Connection.open(
            Endpoint(address: .tcp(host: "127.0.0.1", port: port ?? 0), credentials: credentials),
            timeouts: Timeouts(connect: .seconds(30), command: .seconds(30))
        )
    }
}

extension ScriptedPeer {
    /// Connects to it; `end` is the end of everything.
    func connect(end: Deadline? = nil) throws -> Connection {
        try Connection.open(
            Endpoint(address: .tcp(host: "127.0.0.1", port: port)),
            timeouts: Timeouts(connect: .seconds(30), command: .seconds(30), end: end)
        )
    }
}

extension FaultProxy {
    /// Connects through it; `command` is how long a reply may take.
    func connect(command: Duration = .seconds(30)) throws -> Connection {
        try Connection.open(
            Endpoint(address: .tcp(host: "127.0.0.1", port: port)),
            timeouts: Timeouts(connect: .seconds(30), command: command)
        )
    }
}

extension Connection {
    /// A connection to a peer that lets everybody in.
    static func open(_ link: some Link) throws(RedisError) -> Connection {
        let endpoint = Endpoint(address: .tcp(host: "127.0.0.1", port: 6379))
        let connection = Connection(endpoint: endpoint, timeouts: Timeouts(), link: link)
        try Handshake(connection: connection, deadline: .after(.seconds(30))).run()
        return connection
    }

    /// Sends a command written as in a shell, without quoting.
    @discardableResult
    func run(_ line: String) throws -> Reply {
        let words = line.split(separator: " ").map { Array($0.utf8) }
        return try send(Command(String(decoding: words[0], as: UTF8.self), arguments: Array(words.dropFirst())))
    }

    /// How often the server has run each command, by name in lower case, since its statistics were reset.
    func commandCounts() throws -> [String: Int] {
        let text = String(decoding: try run("INFO commandstats").root.text ?? [], as: UTF8.self)
        var counts: [String: Int] = [:]
        for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix("cmdstat_") {
            let parts = line.dropFirst("cmdstat_".count).split(separator: ":", maxSplits: 1)
            let calls = parts[1].dropFirst("calls=".count).prefix { $0 != "," }
            counts[String(parts[0]), default: 0] += Int(calls) ?? 0
        }
        return counts
    }
}
