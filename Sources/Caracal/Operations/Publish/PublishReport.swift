import Redis

/// What publishing came to.
package struct PublishReport: Sendable {
    /// Why it ended before the end of its input.
    package enum Stop: Sendable {
        /// A line is no message that may be published.
        case badLine(Int, String)
        /// The input cannot be read on.
        case badInput(LineReaderError)
        /// The server refused a message.
        case refused
        /// There is no such stream any more.
        case noStream
        /// Somebody asked to stop.
        case interrupted(signal: Int32)
        /// It is unknown whether the last messages arrived.
        case doubt(PublishDoubt)
    }

    /// How many messages are certainly in the stream, each of them once.
    package internal(set) var published = 0
    /// The first and the last of their ids.
    package internal(set) var ids: ClosedRange<EntryID>?
    /// The `outbox_id` of the message, when there was one message and it has one.
    package internal(set) var outboxID: [UInt8]?
    /// Why it ended early; nil when all of the input was published.
    package internal(set) var stop: Stop?
    /// The messages that the server refused.
    package internal(set) var refused: [(entry: SentEntry, refusal: Refusal)] = []
    /// The messages of which it is unknown whether they arrived.
    package internal(set) var unsettled: UnsettledMessages?
    /// The first line of the input that was not looked at; nil when all were.
    package internal(set) var nextLine: Int?
    /// Whether all of it is on the server's disk; nil when that was not asked, or not everything was published.
    package internal(set) var isOnDisk: Bool?
}
