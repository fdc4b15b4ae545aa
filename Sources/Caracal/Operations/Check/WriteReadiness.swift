import RESP
import Redis
import Text

/// Whether a server takes writes, by what it says of itself: INFO persistence and replication, and settings only where those leave
/// it open.
package struct WriteReadiness: Sendable, Equatable {
    private static let persistence = Info("persistence")
    /// The second of `commands`, for who reads its reply too.
    static let replication = Info("replication")

    /// What to send; nothing of it writes.
    static let commands = [persistence.command, replication.command]

    /// The server's name in a cluster; nil where there is one.
    package let server: String?
    /// Whether it is a replica; nil where it does not tell.
    package private(set) var isReplica: Bool?
    /// Whether it has reached maxmemory and deletes nothing; of a cluster only the fullest is known to.
    package internal(set) var isFull = false
    /// What keeps it from taking writes, or soon will.
    package private(set) var faults: [CheckProblem] = []
    /// What it would not tell, in words; nil when it told enough.
    private(set) var unknownPart: String?

    /// Reads the replies to `commands`, and asks for a setting where they leave open whether writes are refused.
    ///
    /// - Parameters:
    ///   - server: the server.
    ///   - name: its name in a cluster; nil where there is one.
    init(_ replies: ArraySlice<Reply>, of server: any CommandChannel, name: String?) throws(RedisError) {
        self.server = name
        var rest = replies
        guard rest.count == Self.commands.count else {
            unknownPart = "whether it takes writes"
            return
        }
        let files = try server.read(rest.removeFirst(), of: Self.persistence)
        let replication = try server.read(rest.removeFirst(), of: Self.replication)
        if let info = replication.value {
            try noteReplication(info, of: server, name)
        } else if server.server.role == .replica {
            isReplica = true
            faults.append(.replica(server: name, master: nil))
        }
        if let info = files.value { try noteFiles(info, of: server, name) }
        if replication.value == nil || files.value == nil { unknownPart = "whether it takes writes (no right to INFO)" }
    }

    private mutating func noteReplication(
        _ info: InfoFields,
        of server: any CommandChannel,
        _ name: String?
    ) throws(RedisError) {
        isReplica =
            info.bytes("role").map { $0.elementsEqual("slave".utf8) } ?? (server.server.role == .replica ? true : nil)
        if isReplica == nil { unknownPart = "whether it takes writes (INFO tells no role)" }
        if isReplica == true {
            let master = info.bytes("master_host").map { host in
                "\(host):\(info.bytes("master_port").map { TerminalText($0) } ?? "?")" as TerminalText
            }
            return faults.append(.replica(server: name, master: master))
        }
        // The field is there only where at least one replica is wanted.
        guard let good = info.unsigned("min_slaves_good_slaves") else { return }
        let wanted = try Self.setting("min-replicas-to-write", of: server).flatMap { UInt64($0) }
        if good < wanted ?? 1 {
            faults.append(.writesRefused(server: name, .replicas(good: good, wanted: wanted)))
        } else if wanted == nil {
            unknownPart = "whether it takes writes (CONFIG GET tells no min-replicas-to-write)"
        }
    }

    private mutating func noteFiles(
        _ info: InfoFields,
        of server: any CommandChannel,
        _ name: String?
    ) throws(RedisError) {
        let failed = { (field: String) in info.bytes(field).map { $0.elementsEqual("err".utf8) } == true }
        if info.flag("aof_enabled") == true, failed("aof_last_write_status") {
            faults.append(.writesRefused(server: name, .appendOnlyFile))
        }
        guard failed("rdb_last_bgsave_status") else { return }
        let goesOn = try Self.setting("stop-writes-on-bgsave-error", of: server) == "no"
        let hasNoPoints = try Self.setting("save", of: server) == ""
        faults.append(goesOn || hasNoPoints ? .snapshotFailed(server: name) : .writesRefused(server: name, .snapshot))
    }

    /// Whether it takes writes; nil where it does not tell enough.
    package var takesWrites: Bool? {
        let isRefusing =
            isFull
            || faults.contains {
                switch $0 {
                case .replica, .writesRefused: true
                default: false
                }
            }
        return isRefusing ? false : unknownPart == nil ? true : nil
    }

    /// A setting as the server writes it; nil where it does not tell.
    private static func setting(_ name: String, of server: any CommandChannel) throws(RedisError) -> String? {
        try server.ask(ConfigGet(name)).value?.bytes(name)?.readable
    }
}

/// Why a server refuses writes.
package enum WriteProblem: Sendable, Equatable {
    /// MISCONF: the last snapshot failed.
    case snapshot
    /// MISCONF: the last write to the append-only file failed.
    case appendOnlyFile
    /// NOREPLICAS: how many replicas are in step, and how many are required; nil where the server tells only that some are.
    case replicas(good: UInt64, wanted: UInt64?)
    /// OOM: it is full, and deletes nothing.
    case memory

    /// That a server refuses writes and why, in a clause that begins with what it is called.
    package func text(of server: TerminalText) -> TerminalText {
        switch self {
        case .snapshot: "\(server) refuses writes (MISCONF): the last snapshot failed"
        case .appendOnlyFile: "\(server) refuses writes (MISCONF): the append-only file cannot be written"
        case .replicas(let good, let wanted?):
            "\(server) refuses writes (NOREPLICAS): \(good) of \(wanted) wanted replicas are in step"
        case .replicas(_, nil): "\(server) refuses writes (NOREPLICAS): it wants replicas in step and has none"
        case .memory: "\(server) refuses writes (OOM): it has reached maxmemory"
        }
    }
}
