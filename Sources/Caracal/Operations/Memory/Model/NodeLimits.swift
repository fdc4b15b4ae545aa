import Redis

/// How much fits into one node of a stream: the server's `stream-node-max-bytes` and `stream-node-max-entries`.
package struct NodeLimits: Sendable, Equatable {
    /// Bytes; an entry that would reach this begins a new node.
    package let bytes: Int
    /// Entries; `Int.max` for any number.
    package let entries: Int

    /// What Redis does unless it is told otherwise.
    package static let standard = NodeLimits(bytes: 4096, entries: 100)

    /// Sets both limits.
    package init(bytes: Int, entries: Int) {
        self.bytes = bytes
        self.entries = entries
    }

    /// Reads `CONFIG GET stream-node-max*`; what it lacks is the standard. Zero means that there is no such limit.
    package init(_ values: ConfigValues?) {
        let bytes = values?.unsigned("stream-node-max-bytes").map { Int(clamping: $0) } ?? Self.standard.bytes
        let entries = values?.unsigned("stream-node-max-entries").map { Int(clamping: $0) } ?? Self.standard.entries
        self.init(
            bytes: bytes == 0 ? Self.mostBytes : min(bytes, Self.mostBytes),
            entries: entries == 0 ? .max : entries
        )
    }

    /// No node grows beyond this, whatever the settings say.
    private static let mostBytes = 1 << 30
}
