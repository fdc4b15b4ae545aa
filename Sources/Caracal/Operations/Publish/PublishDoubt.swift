import Redis

/// Why it is unknown whether messages arrived, after all that could be done to find out.
package enum PublishDoubt: Error, Sendable, Equatable {
    /// The connection was lost, and the server could not be asked again in time.
    case unreachable(RedisError)
    /// The server's bytes made no sense.
    case violation(RedisError)
    /// The server did not take the name of the lost connection, so that it cannot be made sure that its bytes are dead.
    case noFence
    /// The server does not let us make sure that the lost connection's bytes are dead, or look for the messages.
    case refused(Refusal)
    /// What answers now is a replica, which cannot tell what its master has or will have.
    case replica
    /// Entries were trimmed, deleted or lost at the place where the messages could be looked for.
    case trimmed
    /// The server has lost entries that it had acknowledged: its stream ends at an id before one that it had given.
    /// Or somebody has removed the stream and made it anew, when what is looked for may have been there.
    case setBack(to: EntryID, from: EntryID)
    /// The server has lost this entry, which it had acknowledged; later ones were added since.
    case lost(EntryID)
    /// The messages have no `outbox_id` to be looked for by.
    case unidentified
    /// The connection was lost again and again without a single message getting through.
    case noProgress(RedisError)
}
