import RESP
import Redis
import Text

/// Sets where a consumer group reads on, or creates one that begins there: `group seek` and `group create`.
///
/// The look settles the place as the id of an entry, so that nothing that is added later is passed over. The server moves the
/// group only if it still stands where it was seen (`GroupMoveStep`).
package struct GroupMove: Sendable {
    /// The stream.
    package let stream: StreamDefinition
    /// The group's name.
    package let group: [UInt8]
    /// The place of the first entry that the group is given.
    package let place: StreamPosition
    /// Whether the group is created.
    package let creates: Bool
    /// The idle time after which others may claim an entry, in milliseconds (`AUDIT_CLAIM_IDLE_SECS`).
    package let claimIdle: UInt64

    /// Describes a move.
    package init(
        stream: StreamDefinition,
        group: [UInt8],
        place: StreamPosition,
        creates: Bool,
        claimIdle: UInt64 = PendingLimits().claimIdle
    ) {
        self.stream = stream
        self.group = group
        self.place = place
        self.creates = creates
        self.claimIdle = claimIdle
    }

    /// Looks and plans; nothing is changed.
    package func plan(on connection: any CommandChannel) throws(RedisError) -> Result<GroupMovePlan, StreamProblem> {
        let found: FoundStream
        switch try FoundStream.find(stream, on: connection) {
        case .failure(let problem): return .failure(problem)
        case .success(let stream): found = stream
        }
        let (info, look) = (found.info, found.look)
        let seen = found.groups.first { $0.name == group }
        if connection.server.role == .replica { return .failure(.replica) }
        if creates, let seen { return .failure(.groupExists(stream, seen)) }
        if !creates, seen == nil { return .failure(.noGroup(stream, group)) }
        if place.isRelative, let refusal = look.timeRefusal { throw connection.refused(refusal) }
        let target: Target
        switch try self.target(in: info, now: look.now, on: connection) {
        case .failure(let problem): return .failure(problem)
        case .success(let value): target = value
        }
        return .success(try plan(target, seen, info, now: look.now, on: connection))
    }

    private func plan(
        _ target: Target,
        _ seen: GroupInfo?,
        _ info: StreamInfo,
        now: UInt64?,
        on connection: any CommandChannel
    ) throws(RedisError) -> GroupMovePlan {
        let (old, new) = (seen?.lastDeliveredID ?? .zero, target.position)
        let waiting = try count(after: new, upTo: info.lastGeneratedID, of: info, on: connection)
        let again = new < old ? try count(after: new, upTo: old, of: info, on: connection) : .exact(0)
        let skipped = new > old ? try count(after: old, upTo: new, of: info, on: connection) : .exact(0)
        let readers = try readers(of: seen, on: connection)
        var plan = GroupMovePlan(
            stream: stream,
            group: group,
            seen: seen,
            position: new,
            next: target.next,
            again: again,
            skipped: skipped,
            waiting: waiting,
            readers: readers.map { $0.map(\.name) },
            entriesRead: Self.entriesRead(info, waiting, at: new),
            findings: target.remarks + findings(seen, new, again, skipped, readers),
            now: now,
            info: info
        )
        if let seen, seen.lastDeliveredID == new { plan.outcome = .inPlace }
        return plan
    }

    /// What the server has to believe of the entries read for its lag to be what waits. Where an entry was deleted behind the position
    /// it makes no use of the count, which would only look as if the group had read its way there.
    private static func entriesRead(_ info: StreamInfo, _ waiting: Quantity, at position: EntryID) -> UInt64? {
        guard let added = info.entriesAdded, added >= info.length, case .exact(let count) = waiting, added >= count,
            info.maxDeletedID ?? .zero <= position
        else {
            return nil
        }
        return added - count
    }

    // MARK: The place

    private struct Target {
        let position: EntryID
        let next: EntryID?
        var remarks: [Finding] = []
    }

    private func target(
        in info: StreamInfo,
        now: UInt64?,
        on connection: any CommandChannel
    ) throws(RedisError) -> Result<Target, StreamProblem> {
        let end = info.lastGeneratedID
        let first = place.first(now: now ?? 0)
        switch place {
        case .start: return .success(Target(position: .zero, next: info.firstID))
        case .end: return .success(Target(position: end, next: nil))
        case .id where first.previous > end: return .failure(.beyondEnd(stream, first, last: end))
        case .millisecond(let time) where time > max(now ?? .max, end.milliseconds):
            return .failure(.beyondEnd(stream, first, last: end))
        case .id, .millisecond, .ago: break
        }
        guard first <= end else { return .success(Target(position: end, next: nil)) }
        let behind = XRange(key: stream.key, first: first, last: .maximum, count: 1)
        let ahead = XRevRange(key: stream.key, last: first.previous, count: 1)
        let replies = try connection.pipeline([behind.command, ahead.command])
        let next = try connection.read(replies[0], of: behind).get(on: connection).lastID
        let before = try connection.read(replies[1], of: ahead).get(on: connection).lastID
        let position = next == nil ? end : before ?? .zero
        return .success(Target(position: position, next: next, remarks: remarks(first, next: next, in: info)))
    }

    /// That the place is not where it was named.
    private func remarks(_ first: EntryID, next: EntryID?, in info: StreamInfo) -> [Finding] {
        let name = stream.name
        let goesOn: TerminalText = next.map { "the first one from there on is \($0)" } ?? "none follows it"
        if let start = info.firstID, first < start {
            guard first > .zero else { return [] }
            let text: TerminalText = "\(name) begins with \(start): what was before it is gone"
            return [Finding(.noSuchEntry, .note, stream: name, text)]
        }
        guard case .id(let id) = place, id != next else { return [] }
        return [Finding(.noSuchEntry, .warning, stream: name, "\(name) has no entry \(id): \(goesOn)")]
    }

    // MARK: What it means

    /// How many entries are counted at most, and for how long.
    private static let countLimit: UInt64 = 5_000_000
    private static let allowance = Duration.seconds(5)

    /// How many entries there are behind one id, up to another.
    private func count(
        after old: EntryID,
        upTo new: EntryID,
        of info: StreamInfo,
        on connection: any CommandChannel
    ) throws(RedisError) -> Quantity {
        guard let first = info.firstID, let last = info.lastID, old < last, new >= first, let start = old.next else {
            return .exact(0)
        }
        if old < first, new >= last { return .exact(info.length) }
        let count = EntryCount(key: stream.key, first: start, last: new, of: info)
        return try count.run(on: connection, limit: Self.countLimit, until: .after(Self.allowance)).value ?? .unknown
    }

    /// Those of its consumers that were heard of lately; nil when the server would not name them.
    private func readers(of seen: GroupInfo?, on connection: any CommandChannel) throws(RedisError) -> [ConsumerInfo]? {
        guard let seen, seen.consumers > 0 else { return [] }
        let answer = try connection.ask(XInfoConsumers(key: stream.key, group: group))
        return answer.value?.filter { $0.isHeardOf(claimIdle) }
    }

    private func findings(
        _ seen: GroupInfo?,
        _ new: EntryID,
        _ again: Quantity,
        _ skipped: Quantity,
        _ readers: [ConsumerInfo]?
    ) -> [Finding] {
        var findings: [Finding] = []
        if skipped != .exact(0) {
            let text: TerminalText = "\(group) is never given \(skipped.entries) up to \(new)"
            findings.append(Finding(.skipsEntries, .warning, stream: stream.name, text))
        }
        if again != .exact(0) {
            let text: TerminalText =
                "\(group) is given \(again.entries) once more, acknowledged or not: its consumers must bear that"
            findings.append(Finding(.deliversAgain, .warning, stream: stream.name, text))
        }
        if let seen, seen.pending > 0 {
            let text: TerminalText = "\(group) keeps what is pending in it: \(Words.entries(seen.pending))"
            findings.append(Finding(.staysPending, .note, stream: stream.name, text))
        }
        if let readers, let seen = ConsumerInfo.lastSeen(readers) {
            let text: TerminalText =
                "\(group) may be in use: \(seen); if one of its consumers reads before it is moved, nothing is changed"
            findings.append(Finding(.beingRead, .warning, stream: stream.name, text))
        }
        return findings
    }
}

extension ConsumerInfo {
    /// Whether something was heard of it in ten times the idle time after which others may claim its entries.
    func isHeardOf(_ claimIdle: UInt64) -> Bool { idle < ConsumerState.silence(claimIdle: claimIdle) }

    /// `pod-1 was last seen 2s ago, and 3 more lately`, of consumers that were heard of lately; nil where there are none. Whether one
    /// reads at this moment is not known: the server tells of the last time only.
    static func lastSeen(_ consumers: [ConsumerInfo]) -> TerminalText? {
        guard let last = consumers.min(by: { $0.idle < $1.idle }) else { return nil }
        let others: TerminalText =
            consumers.count > 1 ? ", and \(Words.number(UInt64(consumers.count - 1))) more lately" : ""
        return "\(last.name) was last seen \(Words.time(last.idle)) ago\(others)"
    }
}

extension Quantity {
    /// `12 entries`, `at least 12 entries`, `an unknown number of entries`.
    var entries: String {
        switch self {
        case .exact(let count): Words.entries(count)
        case .atLeast(let count): "at least \(Words.entries(count))"
        case .atMost(let count): "at most \(Words.entries(count))"
        case .reported(let count): "about \(Words.entries(count))"
        case .unknown: "an unknown number of entries"
        }
    }
}
