import Redis

/// Counts the dead letters of a stream by reason, in bounded memory whatever the reasons are.
struct DeadLetterGroups {
    private let stream: [UInt8]
    private(set) var groups: [DeadLetterGroup] = []
    /// Those of reasons that came when there were enough of them.
    private var others: DeadLetterGroup
    private var latest = 0

    /// How many kinds of reason are kept apart.
    static let limit = 64
    /// A kind of reason is told apart by this many bytes of it, fewer where they would end inside a character.
    static let reasonLimit = 128

    init(stream: [UInt8]) {
        self.stream = stream
        others = DeadLetterGroup(stream: stream, reasonKind: nil)
    }

    /// All of them, the rarest first, which is the news; the lumped ones last.
    var sorted: [DeadLetterGroup] {
        groups.sorted { ($0.count, $0.oldest) < ($1.count, $1.oldest) } + (others.count > 0 ? [others] : [])
    }

    mutating func count(_ id: EntryID, _ letter: DeadLetter, in bytes: [UInt8]) {
        let kind = Self.name(of: letter.head.reasonKind(in: bytes), in: bytes)
        if let place = place(of: kind, in: bytes) {
            latest = place
            groups[place].count(id, letter, in: bytes)
        } else {
            others.count(id, letter, in: bytes)
        }
    }

    /// The part of a kind of reason that tells it apart. It is a label and is read by people: half a character at its end would have the
    /// whole of it shown as bytes.
    static func name(of kind: Range<Int>, in bytes: [UInt8]) -> Range<Int> {
        guard kind.count > reasonLimit else { return kind }
        let end = kind.lowerBound + reasonLimit
        // A character of UTF-8 has four bytes at most: the first is no continuation, and says how many follow.
        let border = (end - 3...end).last { bytes[$0] & 0xC0 != 0x80 } ?? end
        let length =
            switch bytes[border] {
            case 0xC0...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF7: 4
            default: 1
            }
        return kind.lowerBound..<(border + length > end ? border : end)
    }

    /// The group of a kind of reason; nil when there are too many.
    private mutating func place(of kind: Range<Int>, in bytes: [UInt8]) -> Int? {
        func isGroup(_ place: Int) -> Bool {
            groups[place].reasonKind.map { ByteComparison.equal(bytes, kind, $0) } ?? false
        }
        if latest < groups.count, isGroup(latest) { return latest }
        if let place = groups.indices.first(where: isGroup) { return place }
        guard groups.count < Self.limit else { return nil }
        groups.append(DeadLetterGroup(stream: stream, reasonKind: Array(bytes[kind])))
        return groups.count - 1
    }
}

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
    package internal(set) var problem: RedriveProblem?

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
        if let problem = letter.problem(in: bytes) {
            if self.problem == nil { self.problem = problem }
        } else {
            replayable += 1
        }
    }
}

/// From where on dead letters are a failure.
package struct DeadLetterThresholds: Sendable, Equatable {
    /// The most there may be, all streams together; nil for any number.
    package let depth: UInt64?
    /// The greatest age that one may have, in milliseconds; nil for any.
    package let age: UInt64?

    /// These thresholds.
    package init(depth: UInt64? = nil, age: UInt64? = nil) {
        self.depth = depth
        self.age = age
    }
}
