import Redis

/// Messages of which it is unknown whether they arrived, and what it takes to find out later.
package struct UnsettledMessages: Sendable, Equatable {
    /// The stream they were sent to.
    package let stream: [UInt8]
    /// They can only lie behind this place.
    package let since: StreamMark
    /// The connections they were sent on; nil when the server did not take their name.
    package let fence: ConnectionFence?
    /// The messages, in the order of sending.
    package let entries: [SentEntry]

    /// Puts them together.
    package init(stream: [UInt8], since: StreamMark, fence: ConnectionFence?, entries: [SentEntry]) {
        self.stream = stream
        self.since = since
        self.fence = fence
        self.entries = entries
    }

    /// Finds out which of the messages arrived.
    ///
    /// - Parameter connection: another connection to the same server.
    /// - Returns: for each the id it has; nil for those that certainly are not there, and never will be unless they are
    ///   sent again.
    package func lookUp(on connection: any CommandChannel) throws(PublishDoubt) -> [EntryID?] {
        // A replica knows neither the connections of its master nor its newest entries.
        guard connection.server.role != .replica else { throw .replica }
        guard entries.allSatisfy({ $0.outboxID != nil }) else { throw .unidentified }
        guard let fence else { throw .noFence }
        try Self.answer { () throws(RedisError) in try fence.raise(on: connection) }
        let found = try Self.answer { () throws(RedisError) in
            try LookBack(stream: stream, mark: since).run(for: entries, on: connection)
        }
        switch found {
        case .ids(let ids): return ids
        case .uncertain: throw .trimmed
        case .setBack(let last): throw .setBack(to: last, from: since.newest)
        case .lost(let id): throw .lost(id)
        }
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
