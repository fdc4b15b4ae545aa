import Redis

/// A group that is there, and its stream.
package struct FoundGroup: Sendable, Equatable {
    /// The stream.
    package let stream: StreamDefinition
    /// What the server says of it.
    package let info: StreamInfo
    /// What the server says of the group.
    package let group: GroupInfo
    /// The server's clock in Unix milliseconds; nil when it would not tell.
    package let now: UInt64?
    /// Why it would not.
    let timeRefusal: Refusal?

    /// Looks for a group in one round trip.
    static func find(
        _ stream: StreamDefinition,
        group name: [UInt8],
        on connection: any CommandChannel
    ) throws(RedisError) -> Result<FoundGroup, StreamProblem> {
        try FoundStream.find(stream, on: connection).flatMap { found in
            guard let group = found.groups.first(where: { $0.name == name }) else {
                return .failure(.noGroup(stream, name))
            }
            return .success(
                FoundGroup(
                    stream: stream,
                    info: found.info,
                    group: group,
                    now: found.look.now,
                    timeRefusal: found.look.timeRefusal
                )
            )
        }
    }
}

/// A stream that is there, with its groups, for who is to change it or them.
struct FoundStream: Sendable {
    /// What the server says of it.
    let info: StreamInfo
    /// What the server says of its groups.
    let groups: [GroupInfo]
    /// The look that found it.
    let look: StreamLook.Seen

    /// Looks for a stream in one round trip. That the server may not be asked is thrown.
    static func find(
        _ stream: StreamDefinition,
        on connection: any CommandChannel
    ) throws(RedisError) -> Result<FoundStream, StreamProblem> {
        let look = try StreamLook(streams: [stream], includesGroups: true, believesEmptyReplica: false)
            .run(on: connection)
        switch look.streams[0].state {
        case .missing: return .failure(.missing(stream))
        case .otherType(let type): return .failure(.otherType(stream, type))
        case .refused(let refusal): throw connection.refused(refusal)
        case .stream(let info, let groups):
            return .success(FoundStream(info: info, groups: groups, look: look))
        }
    }
}

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
        let (entries, isFinal) = try server.lookBack(after: loss) { connection throws(RedisError) in
            try PendingLook(key: key, group: group).entries(ids, on: connection)
        }
        return Seen(entries: entries, isFinal: isFinal)
    }
}
