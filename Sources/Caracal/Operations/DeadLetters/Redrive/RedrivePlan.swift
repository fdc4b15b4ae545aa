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
            let room = rules.limit.map { $0 - min($0, plan.messages) } ?? .max
            var draft = Draft(part: RedrivePlan.Part(stream: stream, destination: destination.state), room: room)
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

    /// The plan for one stream while it is being made.
    private struct Draft {
        var part: RedrivePlan.Part
        /// How many messages may go back at most.
        let room: UInt64
        /// The first dead letter of each message that can be told from any other.
        var firsts: [DeadMessage: EntryID] = [:]
        /// The dead letters that go back whose messages can be told from any other: what is in each, and behind which entry a
        /// copy of it can only lie.
        var known: [EntryID: (digest: FieldsDigest, after: EntryID)] = [:]

        /// How many entries of a stream are looked through for messages that are back already.
        private static let lookLimit = 200_000

        mutating func add(
            _ visit: DeadLetterWalk.Visit,
            _ judge: inout DeadLetterJudge,
            _ rules: RedriveRules
        ) throws {
            var digest: FieldsDigest?
            var isNamed = false
            let letter = try judge.judge(visit.fields, in: visit.bytes, visit.head, of: visit.stream.source) {
                fields,
                bytes,
                _ in
                digest = FieldsDigest(fields, in: bytes)
                isNamed = DeadMessage.isNamed(by: fields, in: bytes)
            }
            if case .valid? = letter.judgement?.outcome { part.valid += 1 }
            if let problem = rules.problem(letter, in: visit.bytes) {
                let advice = ReplayAdvice(reasonKind: visit.bytes[letter.head.reasonKind(in: visit.bytes)])
                // Forced, a reason that does not pass keeps none.
                if case .invalidSignature = problem, rules.isForced || advice == .worthwhile { part.heldBack += 1 }
                return part.keep(visit.id, problem)
            }
            // Only the look tells which of those behind the limit match, and which fill the room of what is back.
            guard let digest, isNamed || visit.head.sourceID != nil else {
                return part.letters.append(try RedrivePlan.Letter(visit))
            }
            if try noteDuplicate(visit, digest) { return }
            part.letters.append(try RedrivePlan.Letter(visit))
            // Where the id of its entry is known, an equal entry behind it may be another message as well: the dead letter stays,
            // and nothing is put back twice.
            known[visit.id] = (digest, visit.head.sourceID ?? visit.id)
        }

        /// Leaves out what the limit has no room for.
        mutating func cut() {
            guard part.messages > room else { return }
            for letter in part.letters[Int(clamping: room)...] { part.duplicates[letter.id] = nil }
            part.beyond += part.messages - room
            part.letters.removeSubrange(Int(clamping: room)...)
        }

        /// Keeps the dead letters of messages that an earlier run put back for another dead letter of theirs: the same fields
        /// lie in their stream, behind the entry that died.
        mutating func keepWhatIsBack(on channel: ReconnectingChannel) throws {
            guard let first = known.values.map(\.after).min() else { return }
            let arrivals = Arrivals(stream: part.stream.source.key, since: first)
            let wanted = Set(known.values.map(\.digest))
            let look = try channel.run { connection throws(RedisError) in
                try arrivals.read(among: wanted, limit: Self.lookLimit, on: connection)
            }
            part.isLookCut = !look.isWhole
            let planned = part.letters
            part.letters = []
            for letter in planned {
                guard let message = known[letter.id],
                    let copy = look.arrivals[message.digest]?.last(where: { $0 > message.after })
                else {
                    part.letters.append(letter)
                    continue
                }
                let others = part.duplicates.removeValue(forKey: letter.id) ?? []
                for id in [letter.id] + others.map(\.id) { part.keep(id, .alreadyBack(copy)) }
            }
        }

        /// Notes a further dead letter of a message that was seen before; false when it is the first one.
        private mutating func noteDuplicate(_ visit: DeadLetterWalk.Visit, _ digest: FieldsDigest) throws -> Bool {
            let identity = DeadMessage(source: visit.head.sourceID, fields: digest)
            guard let first = firsts[identity] else {
                firsts[identity] = visit.id
                return false
            }
            part.duplicates[first, default: []].append(try RedrivePlan.Letter(visit))
            return true
        }
    }
}

extension StreamState {
    /// Whether there may be a stream to look into.
    fileprivate var canBeRead: Bool {
        if case .otherType = self { false } else { true }
    }
}
