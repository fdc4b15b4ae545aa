import RESP
import Redis

/// Gathers what is found of a message on the way.
struct TraceWalk {
    private var judge: EntryJudge
    private var letterJudge: DeadLetterJudge
    private var matcher: MessageMatcher
    private var report = TraceReport()
    private var streams: [[UInt8]: (info: StreamInfo, groups: [GroupInfo])] = [:]
    /// The keys under which there is nothing.
    private var missing: Set<[UInt8]> = []
    /// The keys that hold something else.
    private var otherTypes: Set<[UInt8]> = []
    /// Entries that dead letters name as their sources and that are there, by the keys of their streams.
    private var sources: [[UInt8]: Set<EntryID>] = [:]

    /// More entries than this are not shown: they are of more than one message.
    private static let limit = 100

    init(judge: EntryJudge, letters: DeadLetterJudge, matcher: MessageMatcher) {
        self.judge = judge
        letterJudge = letters
        self.matcher = matcher
    }

    /// Takes what a look at the streams came to.
    mutating func note(_ seen: StreamLook.Seen, _ targets: [SignatureTarget]) {
        report.now = seen.now
        for (target, observed) in zip(targets, seen.streams) {
            if case .stream(let info, let groups) = observed.state { streams[target.key] = (info, groups) }
            if observed.state == .missing { missing.insert(target.key) }
            if case .otherType = observed.state { otherTypes.insert(target.key) }
            if let refusal = observed.state.refusal { report.refusals.append(refusal) }
            if observed.state == .missing && target.isOptional { continue }
            if let finding = observed.finding(missing: .note) { report.findings.append(finding) }
        }
    }

    /// The server's clock in Unix milliseconds; nil when it would not tell.
    var now: UInt64? { report.now }

    /// How large the entries at the streams' ends are, in bytes, by their keys.
    var endBytes: [[UInt8]: Int] { streams.mapValues(\.info.endBytes) }

    /// Whether an entry of this id may have been in a stream: no stream had one that it never came to. Of what is not there, or may not be
    /// looked at, nobody knows.
    func mayHaveHad(_ id: EntryID, in key: [UInt8]) -> Bool {
        streams[key].map { $0.info.lastGeneratedID >= id } ?? true
    }

    /// Takes what reading came to. That a key holds no stream is known from the look, where that was permitted.
    mutating func note(_ ranges: EntryRanges) {
        report.isCut = report.isCut || ranges.isCut
        report.searched += ranges.parts.reduce(0) { $0 + $1.read }
        for part in ranges.parts {
            guard let refusal = part.refusal, !otherTypes.contains(part.target.key) else { continue }
            report.refusals.append(refusal)
            guard !missing.contains(part.target.key), !isUnread(part.target.key) else { continue }
            report.unread.append(
                TraceReport.Unread(target: part.target, refusal: refusal, isTold: streams[part.target.key] == nil)
            )
        }
    }

    private func isUnread(_ key: [UInt8]) -> Bool { report.unread.contains { $0.target.key == key } }

    /// Takes an entry where it is of the message.
    ///
    /// - Parameter isNamed: whether it is the very entry that was asked for.
    mutating func add(_ target: SignatureTarget, _ id: EntryID, _ reader: EntryReader, isNamed: Bool) throws {
        guard isNamed || matcher.takes(reader.fields, in: reader.bytes, of: target) else { return }
        guard report.entries.count + report.letters.count < Self.limit else {
            report.isCut = true
            return
        }
        let isKnown =
            report.entries.contains { $0.id == id && $0.target == target }
            || report.letters.contains { $0.entry.id == id && $0.entry.target == target }
        guard !isKnown else { return }
        let entry = try FoundEntry(id, reader, of: target, &judge)
        if let source = target.source {
            report.letters.append(try letter(entry, reader, source))
            matcher.add(entry.inner)
        } else {
            report.entries.append(
                TraceReport.Entry(target: target, id: id, entry: entry, identity: MessageIdentity(entry.message))
            )
            matcher.add(source: id, in: target.key)
            matcher.add(entry.message)
        }
    }

    /// Takes an entry that dead letters name as their source, unless all of them hold a message of another name.
    mutating func add(source target: SignatureTarget, _ id: EntryID, _ reader: EntryReader) throws {
        sources[target.key, default: []].insert(id)
        let letters = report.letters.filter { $0.sourceID == id && $0.entry.target.source?.key == target.key }
        let name = try FoundEntry(id, reader, of: target, &judge).message.producedID
        let isOfAnother = letters.allSatisfy { letter in
            letter.entry.inner?.producedID.map { name != nil && name != $0 } ?? false
        }
        if !isOfAnother { try add(target, id, reader, isNamed: true) }
    }

    private mutating func letter(
        _ entry: FoundEntry,
        _ reader: EntryReader,
        _ source: SignatureTarget.Source
    ) throws -> TraceReport.Letter {
        let head = letterJudge.head(reader.fields, in: reader.bytes, of: source)
        let letter = try letterJudge.judge(reader.fields, in: reader.bytes, head, of: source)
        return TraceReport.Letter(
            entry: entry,
            sourceID: head.sourceID,
            reason: head.reason.map { Array(reader.bytes[$0]) },
            problem: letter.problem(in: reader.bytes)
        )
    }

    // MARK: Copies

    /// By what other entries of the message are told, and the places around which they may be; nil where nothing was found.
    var copies: (MessageMatcher, [(target: SignatureTarget, id: EntryID)])? {
        let places = report.entries.map { (target: $0.target, id: $0.id) } + origins
        guard let identity, !places.isEmpty else { return nil }
        return (MessageMatcher(identity), places)
    }

    /// The places around which the entries may be that became the dead letters.
    var origins: [(target: SignatureTarget, id: EntryID)] {
        report.letters.flatMap { letter in
            letter.entry.target.source.map { source in
                [letter.entry.id, letter.sourceID].compactMap(\.self)
                    .map { (target: SignatureTarget(key: source.key), id: $0) }
            } ?? []
        }
    }

    /// The entries that dead letters name as their sources and that no search has met: they may lie outside of what was searched.
    var unseenSources: [(target: SignatureTarget, id: EntryID)] {
        var unseen: [[UInt8]: Set<EntryID>] = [:]
        return report.letters.compactMap { letter in
            guard let source = letter.entry.target.source, let id = letter.sourceID,
                !isKnown(source.key, id), !missing.contains(source.key), !otherTypes.contains(source.key),
                unseen[source.key, default: []].insert(id).inserted
            else { return nil }
            return (SignatureTarget(key: source.key), id)
        }
    }

    private func isKnown(_ key: [UInt8], _ id: EntryID) -> Bool {
        report.entries.contains { $0.target.key == key && $0.id == id }
    }

    /// When the message was made, in Unix milliseconds, as far as its own name tells.
    var madeAt: UInt64? { identity?.producedID.flatMap { MessageName.milliseconds(ofUUID: $0) } }

    /// By what the message is told that was found: by its name where one of its entries has it.
    private var identity: MessageIdentity? {
        let messages = report.entries.compactMap(\.entry?.message) + report.letters.compactMap(\.entry.inner)
        let identities = messages.map { MessageIdentity($0) }
        return identities.first { $0.producedID != nil } ?? identities.first
    }

    /// Tells further entries by other means.
    mutating func use(_ matcher: MessageMatcher) { self.matcher = matcher }

    // MARK: What is gone

    /// Adds the entries that dead letters name as their sources, and the one that was asked for, where they are not there.
    ///
    /// - Parameter places: the streams in which the latter may have been.
    mutating func addAbsent(id: EntryID?, in places: [SignatureTarget]) {
        for letter in report.letters {
            guard let source = letter.entry.target.source, let id = letter.sourceID else { continue }
            addAbsent(SignatureTarget(key: source.key), id, letter.entry.inner.map { MessageIdentity($0) })
        }
        if let id, report.isEmpty {
            report.absentID = id
            for target in places { addAbsent(target, id, nil) }
        }
        report.entries.sort { $0.id < $1.id }
        report.letters.sort { $0.entry.id < $1.entry.id }
    }

    private mutating func addAbsent(_ target: SignatureTarget, _ id: EntryID, _ identity: MessageIdentity?) {
        let isThere = sources[target.key]?.contains(id) == true
        // Of what was not read nobody knows that it is not there.
        guard streams[target.key] != nil, !isKnown(target.key, id), !isThere, !isUnread(target.key) else { return }
        report.entries.append(TraceReport.Entry(target: target, id: id, entry: nil, identity: identity))
    }

    /// Of several streams in which an entry may have been that one counts in which a group has it pending. Where there is none,
    /// they are no more than whereabouts.
    private mutating func settleAbsent() {
        guard report.absentID != nil, report.entries.count > 1 else { return }
        let held = report.entries.filter { $0.groups.contains { $0.state == .pending } }
        guard held.isEmpty else { return report.entries = held }
        let places = report.entries.compactMap { entry in
            entry.absence.map { TraceReport.Whereabouts(target: entry.target, absence: $0) }
        }
        report.whereabouts =
            places.filter { $0.absence.fate != .neverAdded } + places.filter { $0.absence.fate == .neverAdded }
        report.entries = []
    }

    // MARK: Groups

    /// Asks where the groups stand towards every entry.
    mutating func relate(on connection: any CommandChannel) throws(RedisError) {
        let again = try SecondLook(at: report.entries.filter(isUnsettled).map(\.target), on: connection)
        let looks = report.entries.map { entry in
            figures(of: entry, again).map { stream in
                RelationLook(
                    key: entry.target.key,
                    id: entry.id,
                    stream: stream.info,
                    groups: stream.groups,
                    isPresent: entry.entry != nil,
                    counts: false
                )
            }
        }
        let commands = looks.map { $0?.commands(.readOnly) ?? [] }
        var replies = try commands.allSatisfy(\.isEmpty) ? [] : connection.look(commands.flatMap(\.self))[...]
        for (index, look) in looks.enumerated() {
            guard let look else {
                if report.entries[index].entry == nil { report.entries[index].absence = .ofGoneStream }
                continue
            }
            let count = commands[index].count
            let groups = try look.read(replies.prefix(count), on: connection)
            replies = replies.dropFirst(count)
            report.refusals += groups.compactMap(\.refusal).filter { $0.kind == .noPermission }
            report.entries[index].groups = groups
            guard report.entries[index].entry == nil else { continue }
            let wasDelivered = groups.contains { $0.state == .pending }
            let absence = EntryAbsence(of: look.id, in: look.stream, wasDelivered: wasDelivered)
            report.entries[index].absence = absence
            if absence.fate == .neverAdded { report.entries[index].groups = [] }
        }
        settleAbsent()
    }

    /// Whether an entry is not there, and what became of it is told by another look.
    private func isUnsettled(_ entry: TraceReport.Entry) -> Bool {
        guard entry.entry == nil, let info = streams[entry.target.key]?.info else { return false }
        return SecondLook.isNeeded(for: entry.id, in: info)
    }

    /// By what an entry and its groups are judged; nil where the stream is not there any more.
    private func figures(
        of entry: TraceReport.Entry,
        _ again: SecondLook
    ) -> (info: StreamInfo, groups: [GroupInfo])? {
        guard isUnsettled(entry) else { return streams[entry.target.key] }
        guard case .stream(let info, let groups) = again[entry.target.key] else { return nil }
        return (info, groups)
    }

    /// Asks who could take over what is held for long.
    mutating func findSuccessors(claimIdle: UInt64, on connection: any CommandChannel) throws(RedisError) {
        var stuck: [(entry: Int, held: [PendingEntry], request: XInfoConsumers)] = []
        for (index, entry) in report.entries.enumerated() {
            for relation in entry.groups where relation.isStuck(claimIdle: claimIdle) {
                let request = XInfoConsumers(key: entry.target.key, group: relation.group)
                stuck.append((index, relation.pending.map { [$0] } ?? [], request))
            }
        }
        guard !stuck.isEmpty else { return }
        let replies = try connection.look(stuck.map(\.request.command))
        for (place, reply) in zip(stuck, replies) {
            guard let consumers = try connection.read(reply, of: place.request).value else { continue }
            report.entries[place.entry].successors[place.request.group] = Successors(
                of: consumers,
                holding: place.held,
                claimIdle: claimIdle
            )
        }
    }

    /// What was found.
    mutating func finish() -> TraceReport {
        report.producedID = identity?.producedID
        return report
    }
}

extension GroupRelation {
    /// Whether it is idle for at least the time after which others may claim it.
    package func isStuck(claimIdle: UInt64) -> Bool {
        guard let pending else { return false }
        return pending.idle.map { $0 >= claimIdle } ?? true
    }
}
