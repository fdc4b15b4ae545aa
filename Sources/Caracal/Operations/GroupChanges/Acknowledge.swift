import RESP
import Redis
import Text

/// Takes entries off a group's pending entries list: `ack`.
///
/// Looks and plans with exact ids first; XACK itself answers 0 alike for an entry that is not pending and for a group that
/// does not exist.
package struct Acknowledge: Sendable {
    /// Which entries.
    package enum Selection: Sendable, Equatable {
        /// Those with these ids.
        case ids([EntryID])
        /// All that are no longer in the stream: nobody can be given them.
        case lost
    }

    /// The stream.
    package let stream: StreamDefinition
    /// The group's name.
    package let group: [UInt8]
    /// Which entries.
    package let selection: Selection

    /// Describes an acknowledgement.
    package init(stream: StreamDefinition, group: [UInt8], selection: Selection) {
        self.stream = stream
        self.group = group
        self.selection = selection
    }

    /// The command that the server carries out for one planned entry.
    package func request(for change: EntryChange) -> XAck {
        XAck(key: stream.key, group: group, id: change.id)
    }

    /// Looks and plans; nothing is changed.
    package func plan(on connection: any CommandChannel) throws(RedisError) -> Result<GroupChange, StreamProblem> {
        let found: FoundGroup
        switch try FoundGroup.find(stream, group: group, on: connection) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let value): found = value
        }
        if connection.server.role == .replica { return .failure(.replica) }
        let (changes, unlisted) = try changes(in: found, on: connection)
        return .success(
            GroupChange(
                stream: stream,
                group: group,
                changes: changes,
                unlisted: unlisted,
                now: found.now,
                findings: findings(changes)
                    + Finding.unknownTime(found.timeRefusal, "the ages of entries are not known")
            )
        )
    }

    /// Acknowledges the planned entries, each only if nobody was given it since (`GuardedChange`), and of those that were to
    /// go because they are not in the stream only what is not in it.
    ///
    /// - Parameter afterBatch: is told what became of the entries so far.
    package func apply(
        _ plan: GroupChange,
        on server: ReconnectingChannel,
        afterBatch: (GroupChange) -> Void = { _ in }
    ) -> GroupChange {
        let work = GuardedChange(stream: stream, group: group, action: .acknowledge(onlyGone: selection == .lost))
        var change = work.run(plan, on: server, afterBatch: afterBatch)
        if change.ending == nil, change.unlisted != nil {
            do throws(RedisError) {
                try acknowledgeUnlisted(&change, work, on: server, afterBatch)
            } catch {
                change.ending = .write(WriteEnding(looking: error))
            }
        }
        return change
    }

    /// Walks over the list once more and acknowledges what is gone among the entries that were planned without being
    /// listed. Nothing was kept of them but how many and which range: one qualifies that nobody was given since the plan was
    /// made, and no more go than were planned.
    private func acknowledgeUnlisted(
        _ change: inout GroupChange,
        _ work: GuardedChange,
        on server: ReconnectingChannel,
        _ afterBatch: (GroupChange) -> Void
    ) throws(RedisError) {
        guard var rest = change.unlisted else { return }
        let connection = server.connection
        var pages = PendingPages(connection, key: stream.key, group: group, upTo: rest.last)
        while rest.left > 0, change.ending == nil {
            guard let page = try pages.next().get(on: connection) else {
                // Somebody took them off the list since: they are not there any more.
                rest.leftAlone = rest.leftAlone.saturatingAdd(rest.left)
                break
            }
            let entries = page.entries.filter { $0.id >= rest.first && $0.id <= rest.last }
            let presences = try connection.presence(of: entries.map(\.id), key: stream.key, stream: page.stream)
            let gone = zip(entries, presences).filter { $1.exists == false }.prefix(Int(clamping: rest.left))
            let part = GroupChange(
                stream: stream,
                group: group,
                changes: gone.map { entry, presence in
                    // By the plan's time: any entry had been idle for some time then.
                    let idle = entry.idle.map { _ in UInt64(0) }
                    let line = PendingEntry(
                        id: entry.id,
                        consumer: entry.consumer,
                        idle: idle,
                        deliveries: entry.deliveries
                    )
                    return EntryChange(id: entry.id, entry: line, presence: presence, outcome: .planned)
                },
                now: nil,
                findings: [],
                madeAt: change.madeAt
            )
            let done = work.run(part, on: server) { _ in }
            rest.done = rest.done.saturatingAdd(done.done)
            rest.unknown = rest.unknown.saturatingAdd(done.unknown)
            let reached = done.total - min(done.total, done.left)
            rest.leftAlone = rest.leftAlone.saturatingAdd(reached - min(reached, done.done.saturatingAdd(done.unknown)))
            (change.ending, change.unsettled) = (done.ending, done.unsettled)
            change.unlisted = rest
            afterBatch(change)
        }
        change.unlisted = rest
    }

    private func changes(
        in found: FoundGroup,
        on connection: any CommandChannel
    ) throws(RedisError) -> (listed: [EntryChange], unlisted: UnlistedEntries?) {
        switch selection {
        case .lost: return try lostChanges(in: found, on: connection)
        case .ids(let ids):
            let entries = try PendingLook(key: stream.key, group: group).entries(ids, on: connection)
            let presences = try connection.presence(of: ids, key: stream.key, stream: found.info)
            let changes = ids.indices.map { index in
                EntryChange(
                    id: ids[index],
                    entry: entries[index],
                    presence: presences[index],
                    outcome: entries[index] == nil ? .notPending : .planned
                )
            }
            return (changes, nil)
        }
    }

    /// How many entries are kept one by one: of more it is only kept how many they are, and where.
    static let listedCount = 10_000

    private func lostChanges(
        in found: FoundGroup,
        on connection: any CommandChannel
    ) throws(RedisError) -> (listed: [EntryChange], unlisted: UnlistedEntries?) {
        var pages = PendingPages(connection, key: stream.key, group: group)
        var changes: [EntryChange] = []
        var unlisted: UnlistedEntries?
        while let page = try pages.next().get(on: connection) {
            let presences = try connection.presence(
                of: page.entries.map(\.id),
                key: stream.key,
                stream: page.stream
            )
            for (entry, presence) in zip(page.entries, presences) where presence.exists == false {
                if changes.count < Self.listedCount {
                    changes.append(EntryChange(id: entry.id, entry: entry, presence: presence, outcome: .planned))
                } else {
                    let former = unlisted ?? UnlistedEntries(count: 0, first: entry.id, last: entry.id)
                    unlisted = UnlistedEntries(count: former.count + 1, first: former.first, last: entry.id)
                }
            }
        }
        return (changes, unlisted)
    }

    private func findings(_ changes: [EntryChange]) -> [Finding] {
        let existing = changes.count { $0.outcome == .planned && $0.presence.exists != false }
        guard existing > 0 else { return [] }
        let text: TerminalText =
            existing == 1
            ? "1 entry still exists: once it is acknowledged, nobody in \(group) will process it"
            : "\(existing) entries still exist: once they are acknowledged, nobody in \(group) will process them"
        return [Finding(.acknowledgesExisting, .warning, stream: stream.name, text)]
    }
}
