import RESP
import Redis

/// Looks at one entry, and at where each group stands towards it: `get`. Two round trips, three where it is not there; nothing is
/// changed.
package struct EntryLook: Sendable {
    /// The stream.
    package let target: SignatureTarget
    /// The entry: its id, or the millisecond that it is the only one of.
    package let id: StreamPosition

    package init(target: SignatureTarget, id: StreamPosition) {
        self.target = target
        self.id = id
    }

    /// What a look comes to.
    package struct Report: Sendable, Equatable {
        /// The stream.
        package let target: SignatureTarget
        /// The entry's id.
        package let id: EntryID
        /// The entry; nil where it is not there.
        package let entry: FoundEntry?
        /// Why it is not there; nil for one that is.
        package let absence: EntryAbsence?
        /// Where each group stands towards it.
        package let groups: [GroupRelation]
        /// The server's clock in Unix milliseconds; nil when it would not tell.
        package let now: UInt64?

        /// What became of it.
        package var fate: EntryFate { absence?.fate ?? .present }
        /// What the server would not say of groups.
        package var refusals: [Refusal] { groups.compactMap(\.refusal).filter { $0.kind == .noPermission } }
    }

    /// Why there is nothing to show.
    package enum Problem: Error, Sendable, Equatable {
        /// The stream cannot be looked into.
        case stream(StreamProblem)
        /// A millisecond was named, and several entries are of it: the first two.
        case several(EntryID, EntryID)
    }

    /// Finds the entry and where the groups of its stream stand towards it; nothing is changed.
    package func run(on connection: any CommandChannel, judge: inout EntryJudge) throws -> Result<Report, Problem> {
        let look = StreamLook(streams: [target.stream], includesGroups: true)
        let range = XRange(key: target.key, first: id.first(now: 0), last: id.last(now: 0), count: 2)
        // The entry comes last: one that is added in between is found, and not said to be ahead of all.
        let replies = try connection.look(look.commands + [range.command])
        let seen = try look.read(replies.dropLast(), of: connection)
        if seen.streams[0].state == .missing { try connection.refuseEmptyReplica() }
        if let problem = seen.streams[0].problem { return .failure(.stream(problem)) }
        guard case .stream(var info, var groups) = seen.streams[0].state, let last = replies.last else {
            return .failure(.stream(.missing(target.stream)))
        }
        var entries = try connection.read(last, of: range).get(on: connection)
        let entry = try next(&entries, on: connection, &judge)
        if let entry, entries.count > 1, let other = try next(&entries, on: connection, &judge) {
            return .failure(.several(entry.id, other.id))
        }
        let id = entry?.id ?? self.id.first(now: 0)
        if entry == nil, SecondLook.isNeeded(for: id, in: info) {
            let state = try SecondLook(at: [target], on: connection)[target.key] ?? .missing
            guard case .stream(let later, let laterGroups) = state else {
                let observed = ObservedStream(definition: target.stream, state: state)
                return .failure(.stream(observed.problem ?? .missing(target.stream)))
            }
            (info, groups) = (later, laterGroups)
        }
        let relations = try relations(of: id, info, groups, isPresent: entry != nil, on: connection)
        let wasDelivered = relations.contains { $0.state == .pending }
        let absence = entry == nil ? EntryAbsence(of: id, in: info, wasDelivered: wasDelivered) : nil
        return .success(
            Report(
                target: target,
                id: id,
                entry: entry,
                absence: absence,
                groups: absence?.fate == .neverAdded ? [] : relations,
                now: seen.now
            )
        )
    }

    private func next(
        _ entries: inout EntryReader,
        on connection: any CommandChannel,
        _ judge: inout EntryJudge
    ) throws -> FoundEntry? {
        guard try entries.advance(on: connection) else { return nil }
        guard let id = entries.id else { throw connection.misshapen("XRANGE") }
        return try FoundEntry(id, entries, of: target, &judge)
    }

    private func relations(
        of id: EntryID,
        _ info: StreamInfo,
        _ groups: [GroupInfo],
        isPresent: Bool,
        on connection: any CommandChannel
    ) throws(RedisError) -> [GroupRelation] {
        guard !groups.isEmpty else { return [] }
        let look = RelationLook(
            key: target.key,
            id: id,
            stream: info,
            groups: groups,
            isPresent: isPresent,
            counts: true
        )
        let replies = try connection.look(look.commands(ReadScript.Name(for: connection.server)))
        return try look.read(replies[...], on: connection)
    }
}

extension FoundEntry {
    /// The entry that was read last, judged.
    init(
        _ id: EntryID,
        _ entries: EntryReader,
        of target: SignatureTarget,
        _ judge: inout EntryJudge
    ) throws(CryptographyError) {
        var matcher = EntryMatcher()
        let (fields, bytes) = (entries.fields, entries.bytes)
        self.init(
            target: target,
            id: id,
            message: Message(fields, in: bytes),
            inner: matcher.message(inside: fields, in: bytes, of: target.source),
            judgements: try judge.judge(id: bytes[entries.idRange], fields, in: bytes, of: target)
        )
    }

    /// What became of the signature of the message that it is about; nil where none was checked.
    package var judgement: Judgement? { judgements.first { $0.part == part } ?? judgements.first }
}
