import Redis
import RESP

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
    package func lookUp(on connection: any CommandChannel) throws(UnsettledError) -> [EntryID?] {
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

    /// Whether one of them has a signature that does not hold under these keys; what there is no key for is not looked at.
    package func hasInvalidSignature(under keys: SignatureKeys) throws(CryptographyError) -> Bool {
        var verifier = try SignatureVerifier(keys: keys)
        for entry in entries {
            let message = Message(entry.fields)
            let verdict = try verifier.verify(stream: stream, message.fields, in: message.bytes)
            if case .invalid = verdict.outcome { return true }
        }
        return false
    }

    /// What the server answers; without an answer the doubt remains.
    private static func answer<Value>(
        _ ask: () throws(RedisError) -> Result<Value, Refusal>
    ) throws(UnsettledError) -> Value {
        let result: Result<Value, Refusal>
        do { result = try ask() } catch { throw .unreachable(error) }
        switch result {
        case .success(let value): return value
        case .failure(let refusal): throw .refused(refusal)
        }
    }
}

/// An entry that was, or was to be, sent: read back from the bytes of its XADD command, or from a file.
package struct SentEntry: Sendable, Equatable {
    /// The line of the input it came from.
    package let line: Int
    /// Its fields, signature included.
    package let fields: [(name: [UInt8], value: [UInt8])]
    /// What it is recognised by; nil when it was published with `--outbox-id none`.
    package let outboxID: [UInt8]?

    /// An entry of these fields.
    package init(line: Int, fields: [(name: [UInt8], value: [UInt8])]) {
        self.line = line
        self.fields = fields
        outboxID = fields.last { $0.name == FieldName.outboxID }?.value
    }

    /// Reads a command that `EntryEncoder` wrote.
    init(frame: ArraySlice<UInt8>, line: Int) {
        let arguments = Command(frame: frame).arguments
        // The first is the key, which may be any bytes.
        let star = arguments.dropFirst().firstIndex(of: [UInt8(ascii: "*")]) ?? arguments.endIndex
        var rest = arguments[star...].dropFirst()
        var fields: [(name: [UInt8], value: [UInt8])] = []
        while let name = rest.popFirst(), let value = rest.popFirst() { fields.append((name, value)) }
        self.init(line: line, fields: fields)
    }

    package static func == (left: SentEntry, right: SentEntry) -> Bool {
        left.line == right.line && left.fields.elementsEqual(right.fields, by: ==)
    }
}
