import Redis

/// A stream, and how the signatures in it turned out.
package struct CheckedStream: Sendable, Equatable {
    /// What was found under the key.
    package enum State: Sendable, Equatable {
        /// A stream, all or part of which was checked.
        case checked
        /// No such key.
        case missing
        /// A key of another type.
        case otherType(OtherType)
        /// The server would not let it be read, or not to its end.
        case refused(Refusal)
    }

    /// The stream.
    package let target: SignatureTarget
    /// What was found.
    package internal(set) var state = State.checked
    /// Its own entries.
    package internal(set) var own = SignatureTally()
    /// The source entries inside its dead letters.
    package internal(set) var sources = SignatureTally()
    /// Ids that were asked for and are not there.
    package internal(set) var absentIDs: [StreamPosition] = []
    /// Whether it is so long that a repetition from far back could go unseen.
    package internal(set) var hasForgotten = false

    init(target: SignatureTarget) { self.target = target }
}
