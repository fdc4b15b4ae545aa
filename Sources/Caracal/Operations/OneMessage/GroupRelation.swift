import RESP
import Redis

/// Where a group stands towards one entry.
package struct GroupRelation: Sendable, Equatable {
    /// How far the group has come with it.
    package enum State: String, Sendable {
        /// It was not delivered yet.
        case waiting
        /// It was delivered, and not acknowledged.
        case pending
        /// The group is past it: acknowledged, or passed over by SETID or a start at `$`. The server does not tell which.
        case passed
        /// The server would not say, or the entry was removed before the group came to it.
        case unknown
    }

    /// The group's name.
    package let group: [UInt8]
    /// How far it has come.
    package let state: State
    /// Whether the group, which is past it, may have been put there without it: where the server counts what a group has read, it does
    /// not know that of this one. Nil where nothing tells: before Redis 7, which does not count, and where entries were deleted, after
    /// which it stops to count.
    package let mayHaveSkipped: Bool?
    /// Its line in the list of pending entries; nil where it is not pending.
    package let pending: PendingEntry?
    /// How many entries it is given before this one; nil for one that does not wait.
    package let before: Quantity?
    /// Why the server would not say; nil where it did.
    package let refusal: Refusal?
}

/// Asks where the groups of a stream stand towards one of its entries: all of it goes into one round trip.
struct RelationLook {
    /// The stream's key.
    let key: [UInt8]
    /// The entry.
    let id: EntryID
    /// The stream's figures.
    let stream: StreamInfo
    /// Its groups, as they stood a moment ago.
    let groups: [GroupInfo]
    /// Whether the entry is there: an entry that is not can no longer be delivered.
    let isPresent: Bool
    /// Whether the entries that come first are counted.
    let counts: Bool

    /// What is sent; one reply is due for each.
    func commands(_ name: ReadScript.Name) -> [Command] {
        groups.map { XPending(key: key, group: $0.name, id: id).command }
            + counted.map { $0.call(name) }
    }

    /// Reads the replies to `commands`.
    func read(
        _ replies: ArraySlice<Reply>,
        on connection: any CommandChannel
    ) throws(RedisError) -> [GroupRelation] {
        let results = zip(counted, replies.dropFirst(groups.count)).map { (count: $0, reply: $1) }
        var relations: [GroupRelation] = []
        for (group, reply) in zip(groups, replies) {
            let request = XPending(key: key, group: group.name, id: id)
            let answer = try connection.read(reply, of: request)
            relations.append(relation(of: group, answer, before(group, results)))
        }
        return relations
    }

    private func relation(
        of group: GroupInfo,
        _ answer: Result<[PendingEntry], Refusal>,
        _ before: Quantity?
    ) -> GroupRelation {
        let state: GroupRelation.State =
            switch answer {
            case .success(let entries) where !entries.isEmpty: .pending
            case .success where group.lastDeliveredID < id: isPresent ? .waiting : .unknown
            case .success: .passed
            // Where it is known that the group was not given the entry, nothing is open.
            case .failure(let refusal) where refusal.kind != .noGroup:
                group.lastDeliveredID < id && isPresent ? .waiting : .unknown
            // It was removed since the look.
            case .failure: .unknown
            }
        return GroupRelation(
            group: group.name,
            state: state,
            mayHaveSkipped: state == .passed && group.entriesRead == nil
                ? (stream.maxDeletedID == .zero ? true : nil) : false,
            pending: answer.value?.first,
            before: state == .waiting ? before : nil,
            refusal: answer.refusal
        )
    }

    // MARK: What comes first

    /// How many entries a group is given before this one, where its position tells; nil where they have to be counted.
    private func known(_ group: GroupInfo) -> UInt64? {
        let position = GroupPosition(stream: stream, group: group)
        if group.lastDeliveredID.next == id || stream.firstID == id { return 0 }
        return stream.lastID == id ? position.lag.map { $0 - min($0, 1) } : nil
    }

    private func count(of group: GroupInfo) -> EntryCount? {
        guard counts, isPresent, group.lastDeliveredID < id, known(group) == nil,
            let first = group.lastDeliveredID.next
        else { return nil }
        return EntryCount(key: key, first: first, last: id.previous, of: stream, limit: Self.countLimit)
    }

    /// How many are counted at most: enough to see that an entry is among the next, and no work for the server.
    private static let countLimit = 100

    /// What has to be counted; once for groups that stand at the same place.
    private var counted: [EntryCount] {
        groups.compactMap(count).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private func before(_ group: GroupInfo, _ results: [(count: EntryCount, reply: Reply)]) -> Quantity? {
        guard counts, isPresent, group.lastDeliveredID < id else { return nil }
        guard let count = count(of: group) else { return known(group).map { .exact($0) } }
        switch results.first(where: { $0.count == count }).flatMap({ count.step($0.reply.root) }) {
        case .all(let number): return .exact(number)
        case .part(let number, _): return .atLeast(number)
        case nil: return .unknown
        }
    }
}
