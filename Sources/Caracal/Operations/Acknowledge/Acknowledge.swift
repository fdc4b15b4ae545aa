import RESP
import Redis

/// Takes entries off a group's pending entries list: `ack`.
///
/// Looks and plans with exact ids first; XACK itself answers 0 alike for an entry that is not pending and for a group that
/// does not exist.
package struct Acknowledge: Sendable {
    /// Which entries.
    package enum Selection: Sendable, Equatable {
        /// These.
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

    /// The command for one planned entry.
    package func request(for change: EntryChange) -> XAck {
        XAck(key: stream.key, group: group, id: change.id)
    }

    /// Looks and plans; nothing is changed.
    package func plan(on connection: any CommandChannel) throws(RedisError) -> Result<GroupChange, GroupRefusal> {
        let found: FoundGroup
        switch try FoundGroup.find(stream, group: group, on: connection) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let value): found = value
        }
        if connection.server.role == .replica { return .failure(.replica) }
        let changes = try changes(in: found, on: connection)
        return .success(
            GroupChange(
                stream: stream,
                group: group,
                changes: changes,
                isCutShort: false,
                now: found.now,
                findings: findings(changes)
                    + Finding.untoldTime(found.timeRefusal, "the ages of entries are not known")
            )
        )
    }

    private func changes(in found: FoundGroup, on connection: any CommandChannel) throws(RedisError) -> [EntryChange] {
        switch selection {
        case .lost: return try lostChanges(in: found, on: connection)
        case .ids(let ids):
            let entries = try PendingLook(key: stream.key, group: group).entries(ids, on: connection)
            let pending = Set(entries.compactMap { $0?.id })
            let presences = try connection.presence(
                of: ids,
                key: stream.key,
                stream: found.info,
                wasAdded: pending.contains
            )
            return ids.indices.map { index in
                EntryChange(
                    id: ids[index],
                    entry: entries[index],
                    presence: presences[index],
                    outcome: entries[index] == nil ? .notPending : .planned
                )
            }
        }
    }

    private func lostChanges(in found: FoundGroup, on connection: any CommandChannel) throws(RedisError)
        -> [EntryChange]
    {
        var pages = PendingPages(connection, key: stream.key, group: group, last: found.group.lastDeliveredID)
        var changes: [EntryChange] = []
        while true {
            switch try pages.next() {
            case .failure(let refusal): throw connection.failure(.refused(refusal), .awaiting)
            case .success(nil): return changes
            case .success(let page?):
                let presences = try connection.presence(
                    of: page.entries.map(\.id),
                    key: stream.key,
                    stream: page.stream
                )
                for (entry, presence) in zip(page.entries, presences) where presence.exists == false {
                    changes.append(EntryChange(id: entry.id, entry: entry, presence: presence, outcome: .planned))
                }
            }
        }
    }

    private func findings(_ changes: [EntryChange]) -> [Finding] {
        let existing = changes.count { $0.outcome == .planned && $0.presence.exists != false }
        guard existing > 0 else { return [] }
        let text =
            existing == 1
            ? "1 entry still exists: once it is acknowledged, nobody in \(group.readable) will process it"
            : "\(existing) entries still exist: once they are acknowledged, nobody in \(group.readable) will process them"
        return [Finding("acknowledges_existing", .warning, stream: stream.name, text)]
    }
}
