import Redis

/// What a redrive would do, stream by stream.
package struct RedrivePlan: Sendable, Equatable {
    /// Dead letters that stay, and why.
    package struct Kept: Sendable, Equatable {
        /// Why, in the words of the first of them.
        package let obstacle: RedriveObstacle
        /// How many.
        package internal(set) var count: UInt64
    }

    /// A dead letter that goes back, as long as it is what it was when the plan was made.
    package struct Letter: Sendable, Equatable {
        /// Its id.
        package let id: EntryID
        /// What was under that id.
        package let fingerprint: EntryFingerprint

        init(_ visit: DeadLetterWalk.Visit) throws(CryptographyError) {
            id = visit.id
            fingerprint = try EntryFingerprint(visit.fields, in: visit.bytes)
        }
    }

    /// One stream of dead letters.
    package struct Part: Sendable, Equatable {
        /// The stream, and the range that was looked at. What dies from now on lies behind it.
        package let stream: DeadLetterWalk.Stream
        /// The stream that messages go back to, as it was found.
        package let destination: StreamState
        /// The dead letters that go back, in their order.
        package internal(set) var letters: [Letter] = []
        /// Dead letters that stay.
        package internal(set) var kept: [Kept] = []
        /// Further dead letters of a message (the same source id and the same fields), by its first one: they are removed
        /// with that, in the same step.
        package internal(set) var duplicates: [EntryID: [Letter]] = [:]
        /// Whether the stream was too long to look through for messages that are back already.
        package internal(set) var isLookCut = false
        /// Why the dead letters could not be read, or not to the end.
        package internal(set) var refusal: Refusal?

        /// How many messages go back.
        package var messages: UInt64 { UInt64(letters.count) }
        /// The last of the dead letters that go back; nil when none does.
        package var last: EntryID? { letters.last?.id }
        /// Whether there is a stream to put messages back to.
        package var hasDestination: Bool { destination.info != nil }

        mutating func keep(_ obstacle: RedriveObstacle) {
            if let place = kept.firstIndex(where: { $0.obstacle.code == obstacle.code }) {
                kept[place].count += 1
            } else {
                kept.append(Kept(obstacle: obstacle, count: 1))
            }
        }
    }

    /// The streams that hold dead letters.
    package internal(set) var parts: [Part] = []
    /// What there is where nothing was chosen though something is there; nil else.
    package internal(set) var unmatched: UnmatchedSelection?

    /// What is run on the server for each message, in Lua.
    package static let script = RedriveStep.script

    /// How many messages go back in all.
    package var messages: UInt64 { parts.reduce(0) { $0 + $1.messages } }
    /// How many further dead letters of the same messages are removed with them.
    package var duplicates: UInt64 { parts.reduce(0) { $0 + UInt64($1.duplicates.values.reduce(0) { $0 + $1.count }) } }
}
