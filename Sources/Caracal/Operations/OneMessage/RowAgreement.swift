import Redis

extension OutboxRow {
    /// Whether an entry says what a dispatcher publishes for this row, and where; nil where the payload was not asked for, or cannot
    /// be published. An entry that does not was not made from it: it was forged, or altered.
    package func agrees(with entry: FoundEntry) -> Bool? { agrees(with: entry.message, in: entry.target.key) }

    /// The same of a message in the stream with this key.
    func agrees(with other: Message, in key: [UInt8]) -> Bool? {
        guard stream == key else { return false }
        guard case .success(let own)? = message else { return nil }
        return MessageContent(own.fields, in: own.bytes) == MessageContent(other.fields, in: other.bytes)
    }
}
