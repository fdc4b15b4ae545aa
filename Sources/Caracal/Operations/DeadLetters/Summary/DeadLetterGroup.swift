import Redis

/// The dead letters of one stream that died of one kind of reason.
package struct DeadLetterGroup: Sendable, Equatable {
    /// The stream they lie in.
    package let stream: [UInt8]
    /// The kind of reason, empty where they give none; nil for those that are lumped together because there are too many
    /// kinds to keep apart.
    package let reasonKind: [UInt8]?
    /// How many there are.
    package internal(set) var count: UInt64 = 0
    /// The oldest of them.
    package internal(set) var oldest: EntryID = .maximum
    /// The newest of them.
    package internal(set) var newest: EntryID = .zero
    /// The earliest time at which a writer says it received one of them, in Unix milliseconds; nil when none says so.
    package internal(set) var oldestReceived: UInt64?
    /// Source entries whose signature holds.
    package internal(set) var valid: UInt64 = 0
    /// Source entries whose signature does not hold.
    package internal(set) var invalid: UInt64 = 0
    /// Source entries without a signature.
    package internal(set) var unsigned: UInt64 = 0
    /// Source entries that there is no key for.
    package internal(set) var unchecked: UInt64 = 0
    /// Dead letters from which no source entry can be restored.
    package internal(set) var malformed: UInt64 = 0
    /// Those that `dlq redrive` would put back without being forced.
    package internal(set) var replayable: UInt64 = 0
    /// Why the others are left, in the words of the first of them; nil when there are none.
    package internal(set) var obstacle: RedriveObstacle?

    init(stream: [UInt8], reasonKind: [UInt8]?) {
        self.stream = stream
        self.reasonKind = reasonKind
    }

    mutating func count(_ id: EntryID, _ letter: DeadLetter, in bytes: [UInt8]) {
        count += 1
        oldest = min(oldest, id)
        newest = max(newest, id)
        if let received = letter.head.receivedAt { oldestReceived = min(oldestReceived ?? received, received) }
        switch letter.judgement?.outcome {
        case nil: malformed += 1
        case .valid: valid += 1
        case .invalid: invalid += 1
        case .unsigned: unsigned += 1
        case .unchecked: unchecked += 1
        }
        if let obstacle = letter.obstacle(in: bytes) {
            if self.obstacle == nil { self.obstacle = obstacle }
        } else {
            replayable += 1
        }
    }
}
