import Redis

/// The plan for one stream while it is being made.
struct RedriveDraft {
    /// A message that is looked for in its stream.
    struct Known {
        let digest: FieldsDigest
        /// Behind which entry a copy of it can only lie.
        let after: EntryID
        let isNamed: Bool
    }

    var part: RedrivePlan.Part
    /// How many messages may go back at most.
    let room: UInt64
    /// How many of the letters stay in the plan whatever the look finds, since their messages cannot be told from others.
    var certain: UInt64 = 0
    /// The first dead letter of each message that can be told from any other.
    var firsts: [DeadMessage: EntryID] = [:]
    /// The messages that can be told from any other, by the first dead letter of each.
    var known: [EntryID: Known] = [:]
    /// The dead letters of such messages for which there is no room, whatever the look finds: it tells which of them match.
    var behind: [EntryID] = []
    /// The further dead letters of those.
    var further: [EntryID: [EntryID]] = [:]
    /// The entries that died, of messages that only their signature tells from others.
    var sources: Set<EntryID> = []

    /// How many entries of a stream are looked through for messages that are back already.
    private static let lookLimit = 200_000

    mutating func add(
        _ visit: DeadLetterWalk.Visit,
        _ judge: inout DeadLetterJudge,
        _ rules: RedriveRules
    ) throws {
        var digest: FieldsDigest?
        var (isNamed, isSigned) = (false, false)
        let letter = try judge.judge(visit.fields, in: visit.bytes, visit.head, of: visit.stream.source) {
            fields,
            bytes,
            _ in
            digest = FieldsDigest(fields, in: bytes)
            isNamed = DeadMessage.isNamed(by: fields, in: bytes)
            isSigned = fields.contains { Self.signatures.contains(Array(bytes[$0.name])) }
        }
        let source = visit.head.sourceID
        if isSigned, !isNamed, let source { sources.insert(source) }
        if case .valid? = letter.judgement?.outcome { part.valid += 1 }
        if let problem = rules.problem(letter, in: visit.bytes) {
            let advice = ReplayAdvice(reasonKind: visit.bytes[letter.head.reasonKind(in: visit.bytes)])
            // Forced, a reason that does not pass keeps none.
            if case .invalidSignature = problem, rules.isForced || advice == .worthwhile { part.heldBack += 1 }
            return part.keep(visit.id, problem)
        }
        if let digest, isNamed || source != nil, try noteDuplicate(visit, digest) { return }
        // An unsigned message has nothing in it that another one may not have.
        let isLookedFor = isNamed || isSigned && source != nil
        if let digest, isLookedFor {
            known[visit.id] = Known(digest: digest, after: source ?? visit.id, isNamed: isNamed)
        }
        // The look takes letters out, so those behind the limit wait for it: else nothing fills the room of what is back. Once
        // the room is full of what no look takes out, no other can come into it.
        guard certain < room else {
            if isLookedFor { behind.append(visit.id) } else { part.beyond += 1 }
            return
        }
        part.letters.append(try RedrivePlan.Letter(visit))
        if !isLookedFor { certain += 1 }
    }

    /// Leaves out what the limit has no room for.
    mutating func cut() {
        part.beyond += UInt64(behind.count)
        guard part.messages > room else { return }
        for letter in part.letters[Int(clamping: room)...] { part.duplicates[letter.id] = nil }
        part.beyond += part.messages - room
        part.letters.removeSubrange(Int(clamping: room)...)
    }

    /// Keeps the dead letters of messages that an earlier run put back for another dead letter of theirs: the same fields
    /// lie in their stream, behind the entry that died.
    mutating func keepWhatIsBack(on channel: ReconnectingChannel) throws {
        guard let first = known.values.lazy.map(\.after).min() else { return }
        let arrivals = Arrivals(stream: part.stream.source.key, since: first)
        let wanted = Set(known.values.lazy.map(\.digest))
        let look = try channel.run { connection throws(RedisError) in
            try arrivals.read(among: wanted, limit: Self.lookLimit, on: connection)
        }
        part.isLookCut = !look.isWhole
        let (planned, waiting) = (part.letters, behind)
        part.letters = planned.filter { !keep($0.id, ifAmong: look.arrivals) }
        behind = waiting.filter { !keep($0, ifAmong: look.arrivals) }
    }

    /// Keeps a dead letter, and the further ones of its message, where the message is in its stream again; false where it
    /// is not.
    private mutating func keep(_ id: EntryID, ifAmong arrivals: [FieldsDigest: [EntryID]]) -> Bool {
        guard let message = known[id], let equal = arrivals[message.digest] else { return false }
        // An entry without a name that died as well is a message of its own, and its dead letter goes back for it.
        let copy = equal.last { $0 > message.after && (message.isNamed || !sources.contains($0)) }
        guard let copy else { return false }
        let others = part.duplicates.removeValue(forKey: id)?.map(\.id) ?? further[id] ?? []
        for id in [id] + others { part.keep(id, .alreadyBack(copy)) }
        return true
    }

    private static let signatures = [FieldName.signature, FieldName.auditSignature]

    /// Notes a further dead letter of a message that was seen before; false when it is the first one.
    private mutating func noteDuplicate(_ visit: DeadLetterWalk.Visit, _ digest: FieldsDigest) throws -> Bool {
        let identity = DeadMessage(source: visit.head.sourceID, fields: digest)
        guard let first = firsts[identity] else {
            firsts[identity] = visit.id
            return false
        }
        if let last = part.last, first <= last {
            part.duplicates[first, default: []].append(try RedrivePlan.Letter(visit))
        } else if known[first] != nil {
            // What was not taken up stays, and so does this one.
            further[first, default: []].append(visit.id)
        }
        return true
    }
}
