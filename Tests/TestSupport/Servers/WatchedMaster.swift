import Glibc
import RESP
import Redis
import RedisSandbox

/// A master with two replicas, and three Sentinels that watch over it as `mymaster`, all of Redis 7.0 on loopback.
package final class WatchedMaster {
    /// What is not as it was waited for.
    package struct NotYet: Error, CustomStringConvertible {
        /// What was waited for, and how it stood.
        package let description: String
    }

    /// The servers; the first one is the master at the start.
    package let servers: [SandboxServer]
    /// The Sentinels.
    package let sentinels: [SandboxServer]
    private let access: Endpoint

    /// - Parameters:
    ///   - sentinelPassword: what the Sentinels want to hear; nil for nothing.
    ///   - speaksTLS: whether all of them speak TLS and nothing else.
    package init(sentinelPassword: String? = nil, speaksTLS: Bool = false) throws {
        let secure = speaksTLS ? try Self.tlsDirectives() : []
        let listening = speaksTLS ? SandboxSettings.Listening.freeTLSPort : .freePort
        let master = try startServer(.v7_0, listening: listening, extra: secure + Self.serverDirectives)
        let port = master.port ?? 0
        let replicas = try (0..<2).map { _ in
            try startServer(
                .v7_0,
                listening: listening,
                extra: secure + Self.serverDirectives + ["replicaof 127.0.0.1 \(port)"]
            )
        }
        servers = [master] + replicas
        let password = sentinelPassword.map { ["requirepass \($0)"] } ?? []
        sentinels = try (0..<3).map { _ in
            try SandboxServer.start(
                SandboxSettings(
                    program: "/usr/bin/redis-sentinel",
                    listening: listening,
                    extraDirectives: secure + Self.sentinelDirectives(port) + password
                ),
                within: .seconds(120)
            )
        }
        let secret = sentinelPassword.map { Credentials(user: nil, password: Secret(Array($0.utf8))) }
        access = Endpoint(address: .unix(path: ""), credentials: secret)
        try waitUntilComplete()
    }

    deinit {
        stop()
    }

    /// Ends all of them.
    package func stop() {
        for server in sentinels + servers { server.stop() }
    }

    /// The Sentinels as `--sentinel` takes them.
    package var list: String {
        sentinels.map { "127.0.0.1:\($0.port ?? 0)" }.joined(separator: ",")
    }

    /// The master's port, as a Sentinel sees it.
    package func masterPort(by sentinel: Int = 0) throws -> UInt16? {
        let reply = try ask(sentinels[sentinel], "SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster")
        return reply.root[1]?.unsigned.map { UInt16(truncatingIfNeeded: $0) }
    }

    /// Kills the first server as a power cut would, which the Sentinels notice within seconds. Until then they take none for dead,
    /// however slow it is.
    package func killMaster() throws {
        kill(servers[0].processIdentifier, SIGKILL)
        for sentinel in sentinels {
            _ = try ask(sentinel, "SENTINEL", "SET", "mymaster", "down-after-milliseconds", "2000")
        }
    }

    /// Begins a planned failover: the first server goes on taking writes until it is demoted.
    package func beginFailover() throws {
        // A Sentinel that leads no failover has a replica that says it is a master follow again, after four of these periods.
        // The one that leads it looks once a second.
        for sentinel in sentinels { _ = try ask(sentinel, "SENTINEL", "DEBUG", "PUBLISH-PERIOD", "2000") }
        try wait("a failover to begin") {
            (try? ask(sentinels[0], "SENTINEL", "FAILOVER", "mymaster")) != nil
        }
    }

    /// Waits until every Sentinel names another master than the first server, and that one says so itself.
    ///
    /// - Parameter isPlanned: whether a failover that the Sentinel gave up, since it heard no replica lately, is begun again.
    package func waitForFailover(isPlanned: Bool = false) throws -> SandboxServer {
        var found: SandboxServer?
        try wait("a failover") {
            // Refused while one is in progress.
            if isPlanned, try masterPort() == servers[0].port {
                _ = try? ask(sentinels[0], "SENTINEL", "FAILOVER", "mymaster")
            }
            let ports = try Set(sentinels.indices.map { try masterPort(by: $0) })
            guard ports.count == 1, let port = ports.first, port != servers[0].port else { return false }
            found = servers.first { $0.port == port }
            return try found.map { try ask($0, "ROLE").root[0]?.text.map(Array.init) == Array("master".utf8) } ?? false
        }
        return found ?? servers[0]
    }

    /// Sends one command to a server, on its Unix socket.
    package func ask(_ server: SandboxServer, _ words: String...) throws -> Reply {
        var endpoint = sentinels.contains { $0 === server } ? access : Endpoint(address: .unix(path: ""))
        endpoint.address = .unix(path: server.socketPath)
        let connection = try Connection.open(
            endpoint,
            timeouts: Timeouts(connect: .seconds(120), command: .seconds(120))
        )
        defer { connection.close() }
        return try connection.send(Command(words[0], arguments: words.dropFirst().map { Array($0.utf8) }))
    }

    /// Waits until both replicas have what the master has been told so far.
    package func waitForReplicas() throws {
        // A connection waits for what was written before its last command: here before it greeted.
        let count = try ask(servers[0], "WAIT", "2", "60000").root.unsigned
        if count != 2 { throw NotYet(description: "\(count ?? 0) of 2 replicas have everything") }
    }

    /// Every replica follows, and every Sentinel knows all the others.
    private func waitUntilComplete() throws {
        for sentinel in sentinels {
            // One that was held up for two seconds does nothing for thirty, where that is not put off.
            _ = try ask(
                sentinel,
                "SENTINEL",
                "DEBUG",
                "INFO-PERIOD",
                "100",
                "PUBLISH-PERIOD",
                "100",
                "TILT-TRIGGER",
                "120000"
            )
        }
        try wait("two replicas and three Sentinels") {
            try sentinels.allSatisfy { sentinel in
                let master = try ask(sentinel, "SENTINEL", "MASTER", "mymaster").root
                return master[field: "num-slaves"]?.unsigned == 2
                    && master[field: "num-other-sentinels"]?.unsigned == 2
                    && master[field: "flags"]?.text?.elementsEqual("master".utf8) == true
            }
        }
        try wait("both replicas to follow") {
            try InfoFields(ask(servers[0], "INFO", "replication").root.text ?? []).isFollowedByTwo
        }
    }

    private func wait(_ what: String, until isSo: () throws -> Bool) throws {
        let deadline = Deadline.after(.seconds(120))
        while try !isSo() {
            guard !deadline.hasPassed else { throw NotYet(description: "waited for \(what)") }
            try Poll.sleep(until: .after(.milliseconds(20)))
        }
    }

    private static let serverDirectives = ["repl-diskless-sync-delay 0", "appendonly no", "save \"\""]

    private static func sentinelDirectives(_ port: UInt16) -> [String] {
        [
            "appendonly no", "sentinel monitor mymaster 127.0.0.1 \(port) 2",
            "sentinel down-after-milliseconds mymaster 120000", "sentinel failover-timeout mymaster 10000",
        ]
    }

    private static func tlsDirectives() throws -> [String] {
        try TLSFiles.shared.directives(.good) + ["tls-replication yes"]
    }
}

extension InfoFields {
    fileprivate var isFollowedByTwo: Bool {
        ["slave0", "slave1"].allSatisfy { name in
            String(decoding: bytes(name) ?? [], as: UTF8.self).contains("state=online")
        }
    }
}
