import RESP
import Redis

/// Looks at streams in one round trip: TYPE, XINFO STREAM and XINFO GROUPS of each, and the server's clock.
package struct StreamLook: Sendable {
    /// The streams to look at.
    package let streams: [StreamDefinition]
    /// Whether to ask for each stream's groups.
    package let includesGroups: Bool
    /// Whether to ask for the time.
    package let includesTime: Bool

    /// Whether a replica is believed that has no data and no connection to its master: what it lacks may well be there.
    package let believesEmptyReplica: Bool

    package init(
        streams: [StreamDefinition],
        includesGroups: Bool,
        includesTime: Bool = true,
        believesEmptyReplica: Bool = true
    ) {
        self.streams = streams
        self.includesGroups = includesGroups
        self.includesTime = includesTime
        self.believesEmptyReplica = believesEmptyReplica
    }

    /// What a look comes to.
    package struct Seen: Sendable, Equatable {
        /// The streams, in the order they were asked for.
        package let streams: [ObservedStream]
        /// The server's clock in Unix milliseconds, or why it would not tell; nil when it was not asked.
        package let time: Result<UInt64, Refusal>?

        package init(streams: [ObservedStream], time: Result<UInt64, Refusal>?) {
            self.streams = streams
            self.time = time
        }

        /// The server's clock in Unix milliseconds; nil when it was not asked for, or not told.
        package var now: UInt64? { time?.value }
        /// Why the server would not tell its time; nil when it did, or was not asked.
        package var timeRefusal: Refusal? { time?.refusal }
    }

    /// Looks; nothing is changed. A refusal that leaves nothing to show is thrown.
    package func run(on connection: any CommandChannel) throws(RedisError) -> Seen {
        try look(on: connection, allowsNone: false)
    }

    /// Looks for who has more to show than streams: it does not matter that the user may see none of them.
    package func runWithoutRights(on connection: any CommandChannel) throws(RedisError) -> Seen {
        try look(on: connection, allowsNone: true)
    }

    private func look(on connection: any CommandChannel, allowsNone: Bool) throws(RedisError) -> Seen {
        let seen = try read(try connection.look(commands), of: connection, allowsNone: allowsNone)
        if !believesEmptyReplica, seen.streams.allSatisfy({ $0.state == .missing }) {
            try connection.refuseEmptyReplica()
        }
        return seen
    }

    /// What is sent; one reply is due for each.
    var commands: [Command] {
        streams.flatMap(commands) + (includesTime ? [ServerTime().command] : [])
    }

    /// Reads the replies to `commands`. A refusal that leaves nothing to show is thrown.
    ///
    /// - Parameter allowsNone: whether it does not matter that the user may see none of them.
    func read(
        _ replies: some Collection<Reply>,
        of connection: any CommandChannel,
        allowsNone: Bool = false
    ) throws(RedisError) -> Seen {
        var observed: [ObservedStream] = []
        var rest = Array(replies)[...]
        for stream in streams {
            let count = commands(for: stream).count
            observed.append(
                ObservedStream(definition: stream, state: try state(of: stream, Array(rest.prefix(count)), connection))
            )
            rest = rest.dropFirst(count)
        }
        if let refusal = Self.refusalOfAll(observed), !(allowsNone && refusal.kind == .noPermission) {
            throw connection.refused(refusal)
        }
        let time = try rest.first.map { time throws(RedisError) in try connection.read(time, of: ServerTime()) }
        return Seen(streams: observed, time: time)
    }

    /// A refusal that is not about one key: the server is not ready, or it says no to every stream alike.
    private static func refusalOfAll(_ observed: [ObservedStream]) -> Refusal? {
        let refusals = observed.compactMap(\.state.refusal)
        return refusals.first { $0.kind.isAboutServer } ?? (refusals.count == observed.count ? refusals.first : nil)
    }

    private func commands(for stream: StreamDefinition) -> [Command] {
        let always = [KeyType(key: stream.key).command, XInfoStream(key: stream.key).command]
        return includesGroups ? always + [XInfoGroups(key: stream.key).command] : always
    }

    private func state(
        of stream: StreamDefinition,
        _ replies: [Reply],
        _ connection: any CommandChannel
    ) throws(RedisError) -> StreamState {
        let type = OtherType(try connection.read(replies[0], of: KeyType(key: stream.key)))
        switch try connection.read(replies[1], of: XInfoStream(key: stream.key)) {
        case .failure(let refusal) where refusal.isNoSuchKey: return .missing
        case .failure(let refusal) where refusal.kind == .wrongType: return .otherType(type)
        case .failure(let refusal): return .refused(refusal)
        case .success(let info):
            guard includesGroups else { return .stream(info, groups: []) }
            switch try connection.read(replies[2], of: XInfoGroups(key: stream.key)) {
            case .success(let groups): return try settled(info, groups, of: stream, connection)
            // It went away between the two commands.
            case .failure(let refusal) where refusal.isNoSuchKey: return .missing
            case .failure(let refusal): return .refused(refusal)
            }
        }
    }

    /// The stream and its groups, where others may have added entries and read them between the two replies: a group that looks as if it
    /// stood beyond the stream's end may stand at an end that had moved on. The stream is asked for once more; had it come that far, then
    /// its last id was no smaller when its groups were asked for. All else stays as it was: of a stream that is newer than its groups
    /// what they read in between, and was removed, would look lost.
    private func settled(
        _ info: StreamInfo,
        _ groups: [GroupInfo],
        of stream: StreamDefinition,
        _ connection: any CommandChannel
    ) throws(RedisError) -> StreamState {
        let beyond = groups.map(\.lastDeliveredID).filter { $0 > info.lastGeneratedID }
        guard !beyond.isEmpty else { return .stream(info, groups: groups) }
        let question = XInfoStream(key: stream.key)
        switch try connection.read(connection.look([question.command])[0], of: question) {
        case .success(let later):
            let reached = beyond.filter { $0 <= later.lastGeneratedID }.max()
            return .stream(reached.map { info.reaching($0) } ?? info, groups: groups)
        case .failure(let refusal) where refusal.isNoSuchKey: return .missing
        case .failure(let refusal): return .refused(refusal)
        }
    }
}

extension StreamInfo {
    /// The same of a stream whose last id is known to be this one at least.
    fileprivate func reaching(_ id: EntryID) -> StreamInfo {
        StreamInfo(
            length: length,
            lastGeneratedID: max(lastGeneratedID, id),
            groups: groups,
            firstID: firstID,
            lastID: lastID,
            entriesAdded: entriesAdded,
            maxDeletedID: maxDeletedID,
            nodes: nodes,
            endBytes: endBytes
        )
    }
}

extension CommandChannel {
    /// Those of the streams that a server holds, there or not.
    ///
    /// - Parameter server: one of `masters()`.
    func streams(_ streams: [StreamDefinition], heldBy server: Connection) throws(RedisError) -> [StreamDefinition] {
        var held: [StreamDefinition] = []
        for stream in streams where !isLost(stream.key) {
            if try connection(for: stream.key) === server { held.append(stream) }
        }
        return held
    }
}
