import RESP
import Redis

/// Looks at the bus again and again: `watch`. Only reads.
///
/// One round trip a frame: what the groups of the last frame may leave open is asked ahead. The first frame, and one that
/// finds a new group, leave what was not asked unknown.
package struct Watch: Sendable {
    /// The streams to look at.
    package let streams: [StreamDefinition]
    /// The idle time after which others may claim an entry, in milliseconds.
    package let claimIdle: UInt64
    private var last: WatchFrame?

    private static let memory = Info("memory")

    /// Nothing seen yet.
    package init(streams: [StreamDefinition] = StreamTable.all, claimIdle: UInt64 = 30_000) {
        self.streams = streams
        self.claimIdle = claimIdle
    }

    /// Looks once; nothing is changed.
    package mutating func next(on connection: any CommandChannel) throws(RedisError) -> WatchFrame {
        let look = StreamLook(streams: streams, includesGroups: true)
        let version = connection.server.version
        let known = last?.streams ?? []
        let probes = known.flatMap { stream in
            stream.groups.filter { $0.standing.info != nil }.map { group in
                (group.standing, GroupProbe(ahead: group.standing, in: [stream.observed], version: version))
            }
        }
        let asked = look.commands
        let commands = asked + extras.flatMap(\.commands) + [Self.memory.command] + probes.flatMap(\.1.commands)
        var replies = try connection.pipeline(commands)[...]
        let seen = try look.read(replies.prefix(asked.count), of: connection)
        let (observed, now) = (seen.streams, seen.now)
        replies = replies.dropFirst(asked.count)
        var sizes: [(bytes: UInt64?, dead: UInt64?)] = []
        for extra in extras { sizes.append(try extra.read(&replies, of: connection)) }
        let memory = try connection.read(replies.removeFirst(), of: Self.memory)
        var groups = observed.flatMap(PendingSummary.standings)
        for (asked, probe) in probes {
            let own = Array(replies.prefix(probe.commands.count))
            replies = replies.dropFirst(own.count)
            guard let index = groups.firstIndex(where: { $0.stream == asked.stream && $0.name == asked.name })
            else { continue }
            try probe.moved(to: groups[index], in: observed, version: version)
                .note(own, of: connection, claimIdle: claimIdle, in: &groups[index])
        }
        for index in groups.indices { Self.noteUnasked(&groups[index], observed, version, probes.map(\.0)) }
        let frame = WatchFrame(
            streams: zip(observed, sizes).map { observed, size in
                watched(observed, groups.filter { $0.stream == observed.definition }, size, now)
            },
            memory: connection is Connection
                ? FullestServer(name: nil, memory: ServerMemory(memory, nil))
                : try FullestServer.find(among: connection.masters()),
            now: now,
            timeRefusal: seen.timeRefusal
        )
        last = frame
        return frame
    }

    /// What can be said of a group that nobody had asked about.
    private static func noteUnasked(
        _ group: inout GroupStanding,
        _ streams: [ObservedStream],
        _ version: ServerVersion?,
        _ asked: [GroupStanding]
    ) {
        guard let info = group.info, !asked.contains(where: { $0.stream == group.stream && $0.name == group.name }),
            let stream = streams.first(where: { $0.definition == group.stream })?.state.info
        else { return }
        group.lag = GroupPosition(stream: stream, group: info, version: version).lag.map { .exact($0) } ?? .unknown
        group.oldestIdle = info.pending > 0 ? .unknown : nil
    }

    private var extras: [WatchExtras] {
        streams.map { WatchExtras(stream: $0, samples: MemoryLook.serverSamples) }
    }

    private func watched(
        _ observed: ObservedStream,
        _ groups: [GroupStanding],
        _ size: (bytes: UInt64?, dead: UInt64?),
        _ now: UInt64?
    ) -> WatchedStream {
        let before = last?.streams.first { $0.observed.definition == observed.definition }
        let rate = WatchRate(from: last?.now, to: now)
        return WatchedStream(
            observed: observed,
            groups: groups.map { group in
                let earlier = before?.groups.first { $0.standing.name == group.name }?.standing
                return WatchedGroup(
                    standing: group,
                    rateOut: rate.out(earlier, group, added: rate.added(before?.observed, observed))
                )
            },
            rateIn: rate.perSecond(rate.added(before?.observed, observed)),
            bytes: size.bytes,
            deadLetters: observed.definition.name.utf8.elementsEqual(StreamTable.auditDeadLetters.utf8)
                ? observed.state.info?.length : size.dead
        )
    }
}
