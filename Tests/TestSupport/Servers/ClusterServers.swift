import Glibc
import RESP
import Redis
import RedisSandbox

/// A cluster on loopback, put together without redis-cli: masters that share the slots, and a replica for each where wanted.
package final class ClusterServers: Sendable {
    /// The masters first, then their replicas, in the same order; so it was at the start, at least.
    package let servers: [SandboxServer]
    /// How many of them began as masters.
    package let masterCount: Int
    /// What every connection of the tests to them waits.
    private static let timeouts = Timeouts(connect: .seconds(120), command: .seconds(120))

    /// Starts a cluster and waits until it serves every slot.
    ///
    /// - Parameters:
    ///   - replicas: whether each master has a replica.
    ///   - certificates: what the servers show, the masters first, who speak TLS and nothing else then, with each other as
    ///     well; none to speak in the clear. Those without one show the good one.
    ///   - wantsClients: whether they let in only those who show a certificate of the tests' authority.
    ///   - extra: more configuration lines for every server.
    package init(
        _ binary: RedisBinary = .v7_0,
        masters: Int = 3,
        replicas: Bool = true,
        certificates: [TLSCertificate] = [],
        wantsClients: Bool = false,
        extra: [String] = []
    ) throws {
        let directives = [
            "cluster-enabled yes", "cluster-config-file nodes.conf", "cluster-node-timeout 1000",
            "cluster-replica-validity-factor 0", "cluster-replica-no-failover yes", "repl-diskless-sync-delay 0",
            "repl-ping-replica-period 1",
        ]
        masterCount = masters
        let listening = certificates.isEmpty ? SandboxSettings.Listening.freePort : .freeTLSPort
        servers = try (0..<(replicas ? 2 * masters : masters)).map { index in
            let secure = try Self.tlsDirectives(certificates, index, wantsClients)
            return try startServer(binary, listening: listening, extra: directives + secure + extra)
        }
        do {
            try assemble(replicas: replicas)
            try beginToBePatient()
        } catch {
            stop()
            throw error
        }
    }

    deinit { stop() }

    private static func tlsDirectives(
        _ certificates: [TLSCertificate],
        _ index: Int,
        _ wantsClients: Bool
    ) throws -> [String] {
        guard !certificates.isEmpty else { return [] }
        let certificate = certificates.indices.contains(index) ? certificates[index] : .good
        return try TLSFiles.shared.directives(certificate, wantsClients: wantsClients)
            + ["tls-cluster yes", "tls-replication yes"]
    }

    /// Ends all servers.
    package func stop() {
        for server in servers { server.stop() }
    }

    /// Ends one server as a crash would, which the others notice after that many milliseconds.
    package func lose(_ index: Int, noticedAfter milliseconds: Int = 2000) throws {
        servers[index].stop()
        try noticeLoss(of: index, after: milliseconds)
    }

    /// Has the others notice that a server was stopped. Until they are told to they take none for dead, however slow it is.
    package func noticeLoss(of lost: Int, after milliseconds: Int = 2000) throws {
        for index in servers.indices where index != lost { try setNodeTimeout("\(milliseconds)", at: index) }
    }

    /// The URL of a server, by which the cluster is entered.
    package func url(_ index: Int = 0) -> String { servers[index].url }

    /// Where a server listens.
    package func port(_ index: Int) -> UInt16 { servers[index].port ?? 0 }

    /// The master, by its place at the start, that serves a key unless its slot was moved.
    package func master(of key: String) -> Int {
        let slot = KeySlot(key: Array(key.utf8)).number
        return Self.ranges(masterCount).firstIndex { $0.contains(slot) } ?? 0
    }

    /// A connection of the test's own to one server.
    package func connect(_ index: Int) throws -> Connection {
        try Connection.open(
            Endpoint(address: .unix(path: servers[index].socketPath)),
            timeouts: Self.timeouts
        )
    }

    /// Has a server run one command; an error reply is thrown.
    @discardableResult
    package func run(_ index: Int, _ words: String...) throws -> Reply {
        try connect(index).send(Command(words[0], arguments: words.dropFirst().map { Array($0.utf8) }))
    }

    /// A server's id in the cluster.
    package func identifier(_ index: Int) throws -> String {
        String(decoding: try run(index, "CLUSTER", "MYID").root.text ?? [], as: UTF8.self)
    }
}

// MARK: - Moving slots

extension ClusterServers {
    /// Begins to move a key's slot to another master: keys that were carried over are asked for there from now on.
    package func beginMoving(_ key: String, to target: Int) throws {
        let slot = slot(key)
        try run(target, "CLUSTER", "SETSLOT", slot, "IMPORTING", identifier(master(of: key)))
        try run(master(of: key), "CLUSTER", "SETSLOT", slot, "MIGRATING", identifier(target))
    }

    /// Carries a key over.
    package func carry(_ key: String, to target: Int) throws {
        try run(master(of: key), "MIGRATE", "127.0.0.1", String(port(target)), key, "0", "60000")
    }

    /// Has every master know that the slot is at another one now.
    package func endMoving(_ key: String, to target: Int) throws {
        let identifier = try identifier(target)
        for index in [target] + (0..<masterCount).filter({ $0 != target }) {
            try run(index, "CLUSTER", "SETSLOT", slot(key), "NODE", identifier)
        }
    }

    /// Moves a key and its slot.
    package func move(_ key: String, to target: Int) throws {
        try beginMoving(key, to: target)
        try carry(key, to: target)
        try endMoving(key, to: target)
    }

    private func slot(_ key: String) -> String { String(KeySlot(key: Array(key.utf8)).number) }
}

// MARK: - Putting together

extension ClusterServers {
    private func setNodeTimeout(_ milliseconds: String, at index: Int) throws {
        try run(index, "CONFIG", "SET", "cluster-node-timeout", milliseconds)
    }

    /// Servers hear of each other soon where they have little patience. A machine that is busy for a second must not have one of
    /// them taken for dead afterwards: then slots would be served by nobody, or by a replica.
    private func beginToBePatient() throws {
        try eventually("no server takes another one for dead") {
            for index in servers.indices { try setNodeTimeout("120000", at: index) }
            if try servers.indices.allSatisfy({ try !suspectsAnother($0) }) { return true }
            // What was taken for dead is forgiven after twice that time.
            for index in servers.indices { try setNodeTimeout("1000", at: index) }
            try waitUntilWhole()
            return false
        }
        try waitUntilWhole()
        for index in servers.indices { try run(index, "CONFIG", "SET", "cluster-replica-no-failover", "no") }
    }

    /// Whether a server takes another one for dead, or soon will.
    private func suspectsAnother(_ index: Int) throws -> Bool {
        let nodes = String(decoding: try run(index, "CLUSTER", "NODES").root.text ?? [], as: UTF8.self)
        return nodes.split(separator: "\n").contains { line in
            let flags = line.split(separator: " ").dropFirst(2).first?.split(separator: ",") ?? []
            return flags.contains("fail") || flags.contains("fail?")
        }
    }

    private static func ranges(_ masters: Int) -> [Range<Int>] {
        (0..<masters).map { KeySlot.count * $0 / masters..<KeySlot.count * ($0 + 1) / masters }
    }

    private func assemble(replicas: Bool) throws {
        for (index, range) in Self.ranges(masterCount).enumerated() {
            let connection = try connect(index)
            _ = try connection.send(
                Command("CLUSTER", arguments: (["ADDSLOTS"] + range.map(String.init)).map { Array($0.utf8) })
            )
            _ = try connection.send(Command("CLUSTER", "SET-CONFIG-EPOCH", String(index + 1)))
        }
        for index in servers.indices.dropFirst() {
            try run(0, "CLUSTER", "MEET", "127.0.0.1", String(port(index)))
        }
        try eventually("every server knows every other") {
            try servers.indices.allSatisfy { try info($0).unsigned("cluster_known_nodes") == UInt64(servers.count) }
        }
        if replicas {
            for index in masterCount..<servers.count {
                let master = try identifier(index - masterCount)
                try eventually("a replica knows its master") {
                    (try? run(index, "CLUSTER", "REPLICATE", master)) != nil
                }
            }
            // Each tells the others itself: what a server answers to CLUSTER SLOTS has a replica only once it has heard of it.
            try eventually("every server sees each replica at its master") {
                try servers.indices.allSatisfy { index in
                    let nodes = String(decoding: try run(index, "CLUSTER", "NODES").root.text ?? [], as: UTF8.self)
                    return nodes.split(separator: "\n").count { $0.contains("slave") } == servers.count - masterCount
                }
            }
        }
        try waitUntilWhole()
        guard replicas else { return }
        // A replica that has told nothing of how far it is yet is not among those of its slots.
        try eventually("every server lists each replica with its slots") {
            try servers.indices.allSatisfy { index in
                let ranges = try run(index, "CLUSTER", "SLOTS").root.elements
                return ranges.count == masterCount && ranges.allSatisfy { $0.elements.count == 4 }
            }
        }
    }

    /// Waits until every server that runs says that all slots are served, and each replica follows its master.
    package func waitUntilWhole(except stopped: Set<Int> = []) throws {
        let running = servers.indices.filter { !stopped.contains($0) }
        try eventually("the cluster serves every slot") {
            try running.allSatisfy { index in
                let info = try info(index)
                return info.bytes("cluster_state") == Array("ok".utf8)
                    && info.unsigned("cluster_size") == UInt64(masterCount)
                    && info.unsigned("cluster_slots_ok") == UInt64(KeySlot.count)
            }
        }
        try eventually("every replica follows its master") {
            try running.allSatisfy { index in
                let text = try run(index, "INFO", "replication").root.text ?? []
                let fields = InfoFields(text)
                return fields.bytes("role") == Array("master".utf8)
                    || fields.bytes("master_link_status") == Array("up".utf8)
            }
        }
    }

    private func info(_ index: Int) throws -> InfoFields {
        InfoFields(try run(index, "CLUSTER", "INFO").root.text ?? [])
    }
}

/// Runs `body` with a cluster, which is gone afterwards whatever happened.
package func withCluster<Result>(
    _ binary: RedisBinary = .v7_0,
    replicas: Bool = false,
    certificates: [TLSCertificate] = [],
    wantsClients: Bool = false,
    extra: [String] = [],
    _ body: (ClusterServers) throws -> Result
) throws -> Result {
    let cluster = try ClusterServers(
        binary,
        replicas: replicas,
        certificates: certificates,
        wantsClients: wantsClients,
        extra: extra
    )
    defer { cluster.stop() }
    return try body(cluster)
}

/// Something that did not come to pass in time.
package struct NeverHappened: Error, CustomStringConvertible {
    /// What was waited for.
    package let description: String
}

/// Polls until something holds. Throws when it does not within two minutes.
package func eventually(_ what: String, _ holds: () throws -> Bool) throws {
    let deadline = Deadline.after(.seconds(120))
    // Soon what was quick; what takes a second is not asked for a hundred times.
    var pause: UInt32 = 1000
    while try !holds() {
        guard !deadline.hasPassed else { throw NeverHappened(description: "it never happened: \(what)") }
        usleep(pause)
        pause = min(2 * pause, 50_000)
    }
}
