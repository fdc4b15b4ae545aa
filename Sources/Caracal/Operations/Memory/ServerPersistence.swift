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
    /// When the last snapshot was made, in Unix seconds.
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
        lastSave = ServerFact(info) { $0.unsigned("rdb_last_save_time") }
        unsavedChanges = ServerFact(info) { $0.unsigned("rdb_changes_since_last_save") }
    }

    private static func isOK(_ info: InfoFields, _ field: String) -> Bool? {
        info.bytes(field).map { $0.elementsEqual("ok".utf8) }
    }
}
