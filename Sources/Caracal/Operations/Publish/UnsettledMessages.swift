import Redis

/// Messages of which it is unknown whether they arrived, and what it takes to find out later.
package struct UnsettledMessages: Sendable, Equatable {
    /// The stream they were sent to.
    package let stream: [UInt8]
    /// They can only lie behind this id.
    package let since: EntryID
    /// The connection they were sent on; nil when the server never told its number.
    package let fence: ConnectionFence?
    /// The messages, in the order of sending.
    package let entries: [SentEntry]

    /// Puts them together.
    package init(stream: [UInt8], since: EntryID, fence: ConnectionFence?, entries: [SentEntry]) {
        self.stream = stream
        self.since = since
        self.fence = fence
        self.entries = entries
    }
}

extension UnsettledMessages {
    /// Finds out which of the messages arrived; those that are not among the result certainly did not and never will.
    ///
    /// - Parameter connection: another connection to the same server.
    /// - Returns: the entries that were found, by `outbox_id`.
    func lookUp(on connection: Connection) throws(PublishDoubt) -> [[UInt8]: EntryID] {
        let identifiers = entries.compactMap(\.outboxID)
        guard identifiers.count == entries.count else { throw .unidentified }
        guard let fence else { throw .noFence }
        try Self.answer { () throws(RedisError) in try fence.raise(on: connection) }
        let found = try Self.answer { () throws(RedisError) in
            try LookBack(stream: stream, watermark: since).run(for: Set(identifiers), on: connection)
        }
        guard found.isComplete || identifiers.allSatisfy({ found.entries[$0] != nil }) else { throw .trimmed }
        return found.entries
    }

    /// The messages that are certainly not in the stream and never will be, unless they are sent again.
    package func missing(on connection: Connection) throws(PublishDoubt) -> [SentEntry] {
        let found = try lookUp(on: connection)
        var missing: [SentEntry] = []
        for entry in entries where found[entry.outboxID ?? []] == nil { missing.append(entry) }
        return missing
    }

    /// What the server answers; without an answer the doubt remains.
    private static func answer<Value>(
        _ ask: () throws(RedisError) -> Result<Value, Refusal>
    ) throws(PublishDoubt) -> Value {
        let result: Result<Value, Refusal>
        do { result = try ask() } catch { throw .unreachable(error) }
        switch result {
        case .success(let value): return value
        case .failure(let refusal): throw .refused(refusal)
        }
    }
}
