import Redis

/// Looks for single entries on a group's pending entries list.
struct PendingLook {
    let key: [UInt8]
    let group: [UInt8]

    /// How many commands go into one round trip.
    static let batchSize = 500

    /// The entries' lines; nil for one that is not pending. A refusal is thrown.
    func entries(_ ids: [EntryID], on connection: any CommandChannel) throws(RedisError) -> [PendingEntry?] {
        var found: [PendingEntry?] = []
        found.reserveCapacity(ids.count)
        var rest = ids[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Self.batchSize)
            rest = rest.dropFirst(batch.count)
            for answer in try connection.ask(batch.map { XPending(key: key, group: group, id: $0) }) {
                found.append(try answer.get(on: connection).first)
            }
        }
        return found
    }
}

/// Finds out what became of commands whose replies were lost.
struct LostReplyCheck {
    let key: [UInt8]
    let group: [UInt8]

    /// What is on the list now, and whether that is final: no command of the lost connection can still be carried out.
    struct Seen {
        let entries: [PendingEntry?]
        let isFinal: Bool
    }

    /// Looks at entries over another connection, once the lost one can do nothing more. Throws why that cannot be had.
    func look(
        at ids: [EntryID],
        after loss: RedisError,
        of server: ReconnectingChannel
    ) throws(RedisError) -> Seen {
        let connection = try server.open(after: loss)
        var isFinal = false
        if let fence = ConnectionFence(server.connection), case .success = try fence.raise(on: connection) {
            isFinal = true
        }
        let entries = try PendingLook(key: key, group: group).entries(ids, on: connection)
        return Seen(entries: entries, isFinal: isFinal)
    }
}
