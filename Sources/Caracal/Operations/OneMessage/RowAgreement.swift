import Redis

extension OutboxRow {
    /// Whether an entry says what a dispatcher publishes for this row, and where; nil where the payload was not asked for, or cannot
    /// be published. An entry that does not was not made from it: it was forged, or altered. Of a dead letter the message inside
    /// counts, and the stream that it came from; nil where that cannot be restored.
    package func agrees(with entry: FoundEntry) -> Bool? {
        let source = entry.target.source
        guard source == nil || entry.inner != nil else { return nil }
        return agrees(with: entry.inner ?? entry.message, in: source?.key ?? entry.target.key)
    }

    /// The same of a message in the stream with this key.
    func agrees(with other: Message, in key: [UInt8]) -> Bool? {
        guard stream == key else { return false }
        guard case .success(let own)? = message else { return nil }
        return MessageContent(own.fields, in: own.bytes) == MessageContent(other.fields, in: other.bytes)
    }
}
