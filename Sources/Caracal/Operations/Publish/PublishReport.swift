import Redis
import Text

/// What publishing came to.
package struct PublishReport: Sendable {
    /// Why the input was not read to its end.
    package enum Ending: Sendable, Equatable {
        /// A line is no message that may be published.
        case badLine(Int, TerminalText)
        /// A message could not be signed or given an id.
        case failed(PublishError)
        /// The input cannot be read on.
        case badInput(LineReaderError)
        /// The server did not take a message.
        case rejected
        /// It is unknown whether messages arrived.
        case doubt
        /// The replicas did not come to have what was sent in time.
        case shortOfReplicas
        /// Somebody asked to stop.
        case interrupted(signal: Int32)
    }

    /// How many messages are certainly in the stream, each of them once.
    package internal(set) var published = 0
    /// The first and the last of their ids.
    package internal(set) var ids: ClosedRange<EntryID>?
    /// The `outbox_id` of the message, when there was one message and it has one.
    package internal(set) var outboxID: [UInt8]?
    /// Why the input was not read to its end; nil when it was.
    package internal(set) var ending: Ending?
    /// The first line of the input that was not looked at; nil when all were.
    package internal(set) var nextLine: Int?
    /// The messages that the server did not take.
    package internal(set) var rejected: [RejectedMessage] = []
    /// Why it is unknown whether the last messages arrived; nil when all is known.
    package internal(set) var unsettledError: UnsettledError?
    /// The messages of which that is unknown, and what to find out by; of those that were rejected, where they may be sent.
    package internal(set) var unsettled: UnsettledMessages
    /// Whether all of it is on the server's disk; nil when that was not asked, or not everything was published.
    package internal(set) var isOnDisk: Bool?

    /// How many of the published messages fewer replicas have than was asked for; nil when that was not asked.
    package internal(set) var unconfirmed: Int?

    /// The published messages of which no Sentinel could say whether their server still is the master; nil when there are
    /// none.
    package internal(set) var unverified: UnverifiedMessages?

    init(unsettled: UnsettledMessages) {
        self.unsettled = unsettled
    }

    /// Whether there was nothing to be sent at all.
    package internal(set) var isEmptyInput = false

    /// Whether nothing was published, and everything that was sent was refused for want of a right.
    package var isForbidden: Bool {
        published == 0 && unsettledError == nil && !rejected.isEmpty
            && rejected.allSatisfy { $0.refusal?.kind == .noPermission }
    }

    /// Whether everything that was to be sent was published.
    package var isComplete: Bool { ending == nil && unsettledError == nil && rejected.isEmpty }
}

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

/// Why a message was not even sent.
package enum PublishError: Error, Sendable, Equatable, TerminalTextConvertible {
    /// No message of any stream may look like this.
    case message(MessageError)
    /// The stream's consumers would not accept it.
    case schema(SchemaError)
    /// It could not be signed.
    case signing(CryptographyError)
    /// It could not be given an id.
    case identification(SystemRandomnessError)

    /// Why, in a clause.
    package var text: TerminalText {
        switch self {
        case .message(let refusal): "\(refusal)"
        case .schema(let violation): "\(violation) (--no-schema skips this check)"
        case .signing(let error): "\(error)"
        case .identification(let error): "\(error)"
        }
    }

    /// Whether the message is at fault, and not this machine.
    package var isAboutMessage: Bool {
        switch self {
        case .message, .schema: true
        case .signing, .identification: false
        }
    }
}

/// Why it is unknown whether messages arrived, after all that could be done to find out.
package enum UnsettledError: Error, Sendable, Equatable {
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

    /// Why the server cannot be asked again before somebody has acted, such as a password that it refuses; nil where it may pass.
    package var lasting: RedisError? {
        switch self {
        case .unreachable(let error), .violation(let error), .noProgress(let error):
            // A request to stop is nothing of the server.
            error.mayPass || error.signal != nil ? nil : error
        case .noFence, .refused, .replica, .trimmed, .setBack, .lost, .unidentified: nil
        }
    }
}
