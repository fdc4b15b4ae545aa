import Redis

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
    init(_ info: Result<InfoFields, Refusal>, _ fsync: Result<ConfigValues, Refusal>) {
        appendOnly = ServerFact(info) { $0.flag("aof_enabled") }
        self.fsync = ServerFact(fsync) { $0.bytes("appendfsync") }
        lastWriteSucceeded = ServerFact(info) { Self.isOK($0, "aof_last_write_status") }
        lastRewriteSucceeded = ServerFact(info) { Self.isOK($0, "aof_last_bgrewrite_status") }
        lastSaveSucceeded = ServerFact(info) { Self.isOK($0, "rdb_last_bgsave_status") }
        hasSaved = ServerFact(info, Self.hasSaved)
        lastSave = ServerFact(info) { Self.hasSaved($0) == true ? $0.unsigned("rdb_last_save_time") : nil }
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

    private static func isOK(_ info: InfoFields, _ field: String) -> Bool? {
        info.bytes(field).map { $0.elementsEqual("ok".utf8) }
    }
}
