import Redis

/// What a redrive would do, stream by stream.
package struct RedrivePlan: Sendable, Equatable {
    /// Dead letters that stay, and why.
    package struct Kept: Sendable, Equatable {
        /// Why, in the words of the first of them; without the id of a message's copy where it is not that of all of them.
        package internal(set) var problem: RedriveProblem
        /// How many.
        package internal(set) var count: UInt64
        /// The first of them.
        package internal(set) var ids: [EntryID]

        /// As many are named.
        package static let idLimit = 100
    }

    /// A dead letter that goes back, as long as it is what it was when the plan was made.
    package struct Letter: Sendable, Equatable {
        /// Its id.
        package let id: EntryID
        /// What was under that id.
        package let fingerprint: EntryFingerprint
        /// How many bytes its fields have.
        let size: UInt32

        init(id: EntryID, fingerprint: EntryFingerprint, size: UInt32) {
            (self.id, self.fingerprint, self.size) = (id, fingerprint, size)
        }

        init(_ visit: DeadLetterWalk.Visit) throws(CryptographyError) {
            let size = visit.fields.reduce(0) { $0 + $1.name.count + $1.value.count }
            let fingerprint = try EntryFingerprint(visit.fields, in: visit.bytes)
            self.init(id: visit.id, fingerprint: fingerprint, size: UInt32(clamping: size))
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
        /// before that one is, the last of them in the same step.
        package internal(set) var duplicates: [EntryID: [Letter]] = [:]
        /// How many further messages match that the limit leaves out.
        package internal(set) var beyond: UInt64 = 0
        /// How many dead letters have a signature inside that holds.
        package internal(set) var valid: UInt64 = 0
        /// How many stay for their signature alone: their reason may have passed.
        package internal(set) var heldBack: UInt64 = 0
        /// Whether the stream was too long to look through for messages that are back already.
        package internal(set) var isLookCut = false
        /// Why the dead letters could not be read, or not to the end.
        package internal(set) var refusal: Refusal?

        /// The ids of the further dead letters that are removed, in their order.
        package var duplicateIDs: [EntryID] { duplicates.values.flatMap { $0.map(\.id) }.sorted() }

        /// How many messages go back.
        package var messages: UInt64 { UInt64(letters.count) }
        /// The last of the dead letters that go back; nil when none does.
        package var last: EntryID? { letters.last?.id }
        /// Why nothing can go back to the stream; nil where nothing is known to be in the way.
        package var obstacle: RedriveEnding? {
            switch destination {
            case .missing: .noStream(stream.source.key)
            case .otherType: .otherType(stream.source.key)
            case .stream(let info, _): info.lastGeneratedID == .maximum ? .exhausted(stream.source.key) : nil
            case .refused: nil
            }
        }
        /// Whether more stay for their signature than have one that holds: that may be for the key that is known here.
        package var isKeyInDoubt: Bool { heldBack > valid }

        mutating func keep(_ id: EntryID, _ problem: RedriveProblem) {
            if let place = kept.firstIndex(where: { $0.problem.code == problem.code }) {
                kept[place].count += 1
                if case .alreadyBack = problem, kept[place].problem != problem {
                    kept[place].problem = .alreadyBack(nil)
                }
                if kept[place].ids.count < Kept.idLimit { kept[place].ids.append(id) }
            } else {
                kept.append(Kept(problem: problem, count: 1, ids: [id]))
            }
        }
    }

    /// The streams that hold dead letters.
    package internal(set) var parts: [Part] = []
    /// What there is where nothing was chosen though something is there; nil else.
    package internal(set) var unmatched: UnmatchedSelection?
    /// Keys that hold something else.
    package internal(set) var wrongTypes: [Finding] = []
    /// Dead letters that were named and are not there.
    package internal(set) var absent: [StreamPosition] = []
    /// Ids that were named, and of which several streams have dead letters.
    package internal(set) var shared: [SharedDeadLetterID] = []
    /// The server's time in Unix milliseconds when it was made; our own when it would not tell.
    package internal(set) var now: UInt64 = 0

    /// How many messages go back in all.
    package var messages: UInt64 { parts.reduce(0) { $0 + $1.messages } }
    /// How many of them have nothing in their way that is known.
    package var possible: UInt64 { parts.reduce(0) { $0 + ($1.obstacle == nil ? $1.messages : 0) } }
    /// How many further messages match that the limit leaves out.
    package var beyond: UInt64 { parts.reduce(0) { $0 + $1.beyond } }
    /// How many further dead letters of the same messages are removed with them.
    package var duplicates: UInt64 { parts.reduce(0) { $0 + UInt64($1.duplicates.values.reduce(0) { $0 + $1.count }) } }
}

/// Finds out what a redrive would do. Only reads.
package struct RedrivePlanner: Sendable {
    /// Which dead letters.
    package let selection: DeadLetterSelection
    /// What may be done with them.
    package let rules: RedriveRules

    /// Describes a plan to be made.
    package init(selection: DeadLetterSelection, rules: RedriveRules) {
        self.selection = selection
        self.rules = rules
    }

    /// Reads every dead letter of the selection once.
    package func run(
        on channel: ReconnectingChannel,
        _ judge: inout DeadLetterJudge,
        clock: UInt64,
        afterPage: (DeadLetterWalk.Stream, UInt64) throws -> Void = { _, _ in }
    ) throws -> RedrivePlan {
        let walk = DeadLetterWalk(selection)
        let look = try walk.look(on: channel.connection, clock: clock)
        var plan = RedrivePlan()
        plan.now = look.now
        plan.wrongTypes = look.streams.compactMap(\.wrongType)
        var found: [(stream: [UInt8], id: EntryID)] = []
        let left = look.streams.filter { $0.state != .missing }
        let sources = left.map { SignatureTarget(key: $0.source.key).stream }
        guard !sources.isEmpty else {
            plan.absent = selection.ids
            return plan
        }
        let destinations = try StreamLook(streams: sources, includesGroups: false).run(on: channel.connection).streams
        for (stream, destination) in zip(left, destinations) {
            let room = rules.limit.map { $0 - min($0, plan.possible) } ?? .max
            var draft = RedriveDraft(part: RedrivePlan.Part(stream: stream, destination: destination.state), room: room)
            draft.part.refusal = try walk.read(stream, on: channel, &judge) {
                try afterPage(stream, $0)
            } visit: { visit, judge in
                if !selection.ids.isEmpty { found.append((stream.target.key, visit.id)) }
                try draft.add(visit, &judge, rules)
                return true
            }
            if draft.part.refusal == nil, destination.state.canBeRead { try draft.keepWhatIsBack(on: channel) }
            draft.cut()
            plan.parts.append(draft.part)
        }
        plan.absent = selection.absent(among: found.map(\.id))
        plan.shared = selection.shared(among: found)
        if plan.parts.allSatisfy({ $0.letters.isEmpty && $0.kept.isEmpty && $0.refusal == nil }) {
            plan.unmatched = try walk.unmatched(in: left, on: channel, &judge)
        }
        return plan
    }
}

extension StreamState {
    /// Whether there may be a stream to look into.
    fileprivate var canBeRead: Bool {
        if case .otherType = self { false } else { true }
    }
}
