import Redis

/// What became of one message that was sent.
package enum PublishOutcome: Sendable, Equatable {
    /// It is in the stream, under this id, once.
    case published(EntryID)
    /// The server refused it: it is not in the stream.
    case refused(Refusal)
    /// There is no such stream, and none was created.
    case noStream
}

/// A message that was sent and is certainly not in the stream.
package struct RejectedMessage: Sendable, Equatable {
    /// The message.
    package let entry: SentEntry
    /// What the server said; nil when there was no such stream.
    package let refusal: Refusal?
}
