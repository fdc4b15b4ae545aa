import Redis

/// Something a server may tell of itself, or not. What it does not tell is never 0.
package enum ServerFact<Value: Sendable & Equatable>: Sendable, Equatable {
    /// It told.
    case known(Value)
    /// It refused the command that would tell.
    case notPermitted
    /// It answered, and this was not in the answer.
    case unknown

    /// Reads a fact out of an answer.
    init<Answer>(_ answer: Result<Answer, Refusal>, _ read: (Answer) -> Value?) {
        switch answer {
        case .success(let answer): self = read(answer).map(Self.known) ?? .unknown
        case .failure: self = .notPermitted
        }
    }

    /// The value, when it is known.
    package var value: Value? {
        if case .known(let value) = self { value } else { nil }
    }

    /// This fact, or another where this one is not known.
    func or(_ other: ServerFact) -> ServerFact {
        if value != nil { return self }
        return other == .unknown ? self : other
    }
}

/// What a server says of its memory.
package struct ServerMemory: Sendable, Equatable {
    /// Bytes in use.
    package let used: ServerFact<UInt64>
    /// The most bytes that were ever in use.
    package let peak: ServerFact<UInt64>
    /// Bytes that were in use when the server had started.
    let startup: ServerFact<UInt64>
    /// `maxmemory` in bytes; 0 for no limit.
    package let limit: ServerFact<UInt64>
    /// `maxmemory-policy`, as the server sends it.
    package let policy: ServerFact<[UInt8]>
    /// Resident memory against what was allocated, 1 for no loss.
    package let fragmentation: ServerFact<Double>
    /// What allocates.
    let allocator: Allocator

    /// Reads `INFO memory`; where that is refused, `CONFIG GET maxmemory*` tells the limit and the policy.
    init(_ info: Result<InfoFields, Refusal>, _ settings: Result<ConfigValues, Refusal>?) {
        used = ServerFact(info) { $0.unsigned("used_memory") }
        peak = ServerFact(info) { $0.unsigned("used_memory_peak") }
        startup = ServerFact(info) { $0.unsigned("used_memory_startup") }
        fragmentation = ServerFact(info) { $0.double("mem_fragmentation_ratio") }
        allocator = Allocator(name: info.value?.bytes("mem_allocator"))
        let limit = ServerFact(info) { $0.unsigned("maxmemory") }
        let policy = ServerFact(info) { $0.bytes("maxmemory_policy") }
        self.limit = settings.map { limit.or(ServerFact($0) { $0.unsigned("maxmemory") }) } ?? limit
        self.policy = settings.map { policy.or(ServerFact($0) { $0.bytes("maxmemory-policy") }) } ?? policy
    }

    /// Reads a server's answer to `INFO memory`; where it refuses that, it is asked for its settings: a round trip more.
    init(_ info: Result<InfoFields, Refusal>, of server: any CommandChannel) throws(RedisError) {
        self.init(info, info.value == nil ? try server.ask(ConfigGet("maxmemory*")) : nil)
    }

    fileprivate var fullness: (Double, UInt64) { (usedShare ?? 0, used.value ?? 0) }

    /// Whether it is full and deletes nothing: then it refuses every write (OOM).
    var refusesWrites: Bool {
        usedShare.map { $0 >= 1 } == true && policy.value.map { $0.elementsEqual("noeviction".utf8) } == true
    }

    /// The same in whole percent, cut.
    var usedPercent: UInt64? { usedShare.map { StreamMemory.bytes(($0 * 100).rounded(.down)) } }

    /// The share of `maxmemory` that is in use, 1 for all of it; nil without a limit or when either is not known.
    package var usedShare: Double? {
        guard let used = used.value, let limit = limit.value, limit > 0 else { return nil }
        return Double(used) / Double(limit)
    }
}

/// Of the servers of a cluster the one that is nearest to its `maxmemory`; without limits, the one that uses most.
package struct FullestServer: Sendable, Equatable {
    /// The server, as `Endpoint.description` names it; nil where there is only one.
    package let name: String?
    /// Its memory.
    package let memory: ServerMemory

    /// Asks each server that takes writes. One that does not tell is taken for the fullest: it might be.
    ///
    /// - Parameter answer: what was said to `request` along with other commands. That is all there is to know of one server, and
    ///   nothing of a cluster.
    static func find(
        on channel: any CommandChannel,
        _ request: Info,
        answer: Result<InfoFields, Refusal>
    ) throws(RedisError) -> FullestServer {
        guard channel.isCluster else { return FullestServer(name: nil, memory: try ServerMemory(answer, of: channel)) }
        var fullest = FullestServer(name: nil, memory: ServerMemory(.success(InfoFields([])), nil))
        for (index, master) in try channel.reachableMasters().enumerated() {
            let memory = try ServerMemory(master.ask(request), of: master)
            let next = FullestServer(name: master.endpoint.description, memory: memory)
            if next.memory.used.value == nil || next.memory.limit.value == nil { return next }
            if index == 0 || next.memory.fullness > fullest.memory.fullness { fullest = next }
        }
        return fullest
    }
}

/// What a server says of its files.
package struct ServerPersistence: Sendable, Equatable {
    /// Whether it keeps an append-only file.
    package let appendOnly: ServerFact<Bool>
    /// `appendfsync`, as the server sends it. Only CONFIG tells.
    package let fsync: ServerFact<[UInt8]>
    /// Whether the last write to the append-only file succeeded.
    package let lastWriteSucceeded: ServerFact<Bool>
    /// Whether the last rewrite of the append-only file succeeded.
    package let lastRewriteSucceeded: ServerFact<Bool>
    /// Whether the last snapshot succeeded.
    package let lastSaveSucceeded: ServerFact<Bool>
    /// Whether a snapshot was made since the server started: until then it calls the last one ok, and the time of its start
    /// the time of the last one.
    package let hasSaved: ServerFact<Bool>
    /// When the last snapshot was made, in Unix seconds. Unknown unless `hasSaved` is true.
    package let lastSave: ServerFact<UInt64>
    /// Changes since then.
    package let unsavedChanges: ServerFact<UInt64>

    /// Reads `INFO persistence` and `CONFIG GET appendfsync`.
    ///
    /// - Parameter server: `INFO server`, which tells when the server started.
    init(
        _ info: Result<InfoFields, Refusal>,
        _ fsync: Result<ConfigValues, Refusal>,
        server: InfoFields? = nil
    ) {
        appendOnly = ServerFact(info) { $0.flag("aof_enabled") }
        self.fsync = ServerFact(fsync) { $0.bytes("appendfsync") }
        lastWriteSucceeded = ServerFact(info) { Self.isOK($0, "aof_last_write_status") }
        lastRewriteSucceeded = ServerFact(info) { Self.isOK($0, "aof_last_bgrewrite_status") }
        lastSaveSucceeded = ServerFact(info) { Self.isOK($0, "rdb_last_bgsave_status") }
        let hasSaved = ServerFact(info) { Self.hasSaved($0) ?? Self.hasSaved($0, server) }
        self.hasSaved = hasSaved
        lastSave = ServerFact(info) { hasSaved.value == true ? $0.unsigned("rdb_last_save_time") : nil }
        unsavedChanges = ServerFact(info) { $0.unsigned("rdb_changes_since_last_save") }
    }

    /// Redis 7 and later count snapshots when they begin. Before, only one made in the background leaves a trace: how long it
    /// took, else -1. After one that failed nothing tells whether an earlier one succeeded.
    private static func hasSaved(_ info: InfoFields) -> Bool? {
        let succeeded = isOK(info, "rdb_last_bgsave_status")
        guard let begun = info.unsigned("rdb_saves") else {
            return info.unsigned("rdb_last_bgsave_time_sec") != nil && succeeded == true ? true : nil
        }
        let running = min(info.unsigned("rdb_bgsave_in_progress") ?? 0, begun)
        if begun == running { return false }
        return succeeded == true ? true : nil
    }

    /// Whether `INFO persistence` leaves open if any snapshot was made, and `INFO server` may tell.
    private static func leavesSavesOpen(_ info: InfoFields) -> Bool {
        info.unsigned("rdb_saves") == nil && isOK(info, "rdb_last_bgsave_status") == true && hasSaved(info) == nil
    }

    /// Before Redis 7 the time of the last snapshot is that of the start until there is one, made with SAVE too.
    private static func hasSaved(_ info: InfoFields, _ server: InfoFields?) -> Bool? {
        guard leavesSavesOpen(info), let saved = info.unsigned("rdb_last_save_time"),
            let now = server?.unsigned("server_time_usec"), let uptime = server?.unsigned("uptime_in_seconds")
        else { return nil }
        let start = now / 1_000_000 - min(now / 1_000_000, uptime)
        return saved > start.saturatingAdd(1)
    }

    private static func isOK(_ info: InfoFields, _ field: String) -> Bool? {
        info.bytes(field).map { $0.elementsEqual("ok".utf8) }
    }
}
