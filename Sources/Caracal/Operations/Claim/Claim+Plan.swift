import Redis

/// How a claim chooses its entries.
extension Claim {
    func changes(
        in found: FoundGroup,
        on connection: any CommandChannel
    ) throws(RedisError) -> (changes: [EntryChange], isCutShort: Bool) {
        switch selection {
        case .ids(let ids):
            let entries = try PendingLook(key: stream.key, group: group).entries(ids, on: connection)
            let pending = Set(entries.compactMap { $0?.id })
            let presences = try connection.presence(
                of: ids,
                key: stream.key,
                stream: found.info,
                wasAdded: pending.contains
            )
            let changes = ids.indices.map { change(ids[$0], entries[$0], presences[$0]) }
            return (changes, false)
        case .idle(let time, let limit): return try idleChanges(time, limit, in: found, on: connection)
        }
    }

    private func change(_ id: EntryID, _ entry: PendingEntry?, _ presence: EntryPresence) -> EntryChange {
        EntryChange(id: id, entry: entry, presence: presence, outcome: outcome(entry, presence))
    }

    private func outcome(_ entry: PendingEntry?, _ presence: EntryPresence) -> EntryOutcome {
        guard let entry else { return .notPending }
        if presence.exists == false { return .gone(presence) }
        return entry.consumer == consumer ? .alreadyHeld : .planned
    }

    /// Walks over the list until `limit` entries qualify. What the consumer holds already is no news.
    private func idleChanges(
        _ time: UInt64,
        _ limit: Int,
        in found: FoundGroup,
        on connection: any CommandChannel
    ) throws(RedisError) -> (changes: [EntryChange], isCutShort: Bool) {
        let filter = PendingFilter(minIdle: time)
        var pages = PendingPages(connection, key: stream.key, group: group, last: found.group.lastDeliveredID)
        var changes: [EntryChange] = []
        var planned = 0
        while true {
            switch try pages.next() {
            case .failure(let refusal): throw connection.failure(.refused(refusal), .awaiting)
            case .success(nil): return (changes, false)
            case .success(let page?):
                let idle = page.entries.filter { filter.admits($0) && $0.consumer != consumer }
                let presences = try connection.presence(of: idle.map(\.id), key: stream.key, stream: page.stream)
                for (entry, presence) in zip(idle, presences) {
                    let change = change(entry.id, entry, presence)
                    guard change.outcome != .planned || planned < limit else { return (changes, true) }
                    planned += change.outcome == .planned ? 1 : 0
                    changes.append(change)
                }
            }
        }
    }
}
