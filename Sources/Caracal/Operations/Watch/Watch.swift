import RESP
import Redis

/// Looks at the bus again and again: `watch`. Only reads.
///
/// One round trip a frame, two where INFO is refused: what the groups of the last frame may leave open is asked ahead. The first frame, and one that
/// finds a new group, leave what was not asked unknown. Only a long lag of which the server's counters say nothing is counted in
/// more, for a twentieth of a second at most.
package struct Watch {
    /// The streams to look at.
    package let streams: [StreamDefinition]
    /// The idle time after which others may claim an entry, in milliseconds.
    package let claimIdle: UInt64
    private var last: WatchFrame?
    /// When the last frame was made, in Unix milliseconds of the server's clock; nil where the next one is to have no rates.
    private var lastTime: UInt64?
    private var signatures: WatchSignatures

    private static let memory = Info("memory")
    /// How long counting may take in one frame, all groups together.
    private static let allowance = Duration.milliseconds(50)
    /// Looking again and again, the server must not be held up by a list of many thousands.
    private static let consumerLimit: UInt64 = 5_000

    /// Nothing seen yet.
    ///
    /// - Parameters:
    ///   - keys: the keys to check the newest signatures with.
    ///   - requiresSignatures: whether a missing signature is a fault.
    package init(
        streams: [StreamDefinition] = StreamTable.all,
        claimIdle: UInt64 = 30_000,
        keys: SignatureKeys = SignatureKeys(),
        requiresSignatures: Bool = true
    ) {
        self.streams = streams
        self.claimIdle = claimIdle
        signatures = WatchSignatures(keys: keys, requiresSignatures: requiresSignatures)
    }

    /// Looks once; nothing is changed.
    package mutating func next(on connection: any CommandChannel) throws(RedisError) -> WatchFrame {
        let look = StreamLook(streams: streams, includesGroups: true)
        let probes = self.probes
        let asked = look.commands
        let newest = (last?.streams ?? []).compactMap { signatures.request($0.observed) }
        let commands =
            asked + extras.flatMap(\.commands) + [Self.memory.command] + newest.map(\.command)
            + probes.flatMap(\.probe.commands)
        var replies = try connection.look(commands)[...]
        let missingRight = Self.missingRight(commands, replies, beside: asked.count, on: connection)
        let seen = try look.read(replies.prefix(asked.count), of: connection)
        let (observed, now) = (seen.streams, seen.now)
        replies = replies.dropFirst(asked.count)
        var sizes: [(bytes: UInt64?, dead: UInt64?)] = []
        for (extra, observed) in zip(extras, observed) {
            let (bytes, dead) = try extra.read(&replies, of: connection)
            let version = connection.server.version
            sizes.append((bytes.map { StreamMemory.corrected($0, of: observed, version: version) }, dead))
        }
        let memory = try connection.read(replies.removeFirst(), of: Self.memory)
        let total = try FullestServer.find(on: connection, Self.memory, answer: memory)
        // An estimate above the whole is none.
        if let used = total.memory.used.value, !connection.isCluster {
            sizes = sizes.map { (bytes: $0.bytes.flatMap { $0 <= used ? $0 : nil }, dead: $0.dead) }
        }
        for stream in observed { signatures.forget(by: stream) }
        for request in newest {
            try signatures.note(replies.removeFirst(), to: request, on: connection)
        }
        var answers: [GroupKey: (probe: GroupProbe, replies: ArraySlice<Reply>)] = [:]
        for (group, probe) in probes {
            let own = replies.prefix(probe.commands.count)
            replies = replies.dropFirst(own.count)
            answers[group] = (probe, own)
        }
        let deadline = Deadline.after(Self.allowance)
        var streams: [WatchedStream] = []
        for (observed, size) in zip(observed, sizes) {
            var groups = PendingSummary.standings(of: observed)
            for index in groups.indices {
                guard let answer = answers[GroupKey(groups[index])] else {
                    Self.noteUnasked(&groups[index], observed.state.info, now: now)
                    continue
                }
                let probe = answer.probe.moved(to: groups[index], stream: observed.state.info)
                let rest = try probe.note(
                    answer.replies,
                    of: connection,
                    claimIdle: claimIdle,
                    now: now,
                    in: &groups[index]
                )
                if let rest, groups[index].reportedLag == nil, !deadline.hasPassed {
                    try rest.count(in: &groups[index], limit: .max, on: connection, until: deadline)
                }
            }
            streams.append(watched(observed, groups, size, now))
        }
        let frame = WatchFrame(
            streams: streams,
            memory: total,
            now: now,
            timeRefusal: seen.timeRefusal,
            missingRight: missingRight
        )
        (last, lastTime) = (frame, now)
        return frame
    }

    /// What the user may not run of what fills the figures. Streams that may not be looked at, and the clock, are told of by themselves.
    private static func missingRight(
        _ commands: [Command],
        _ replies: ArraySlice<Reply>,
        beside first: Int,
        on connection: any CommandChannel
    ) -> MissingRight? {
        let refusals = zip(commands, replies).dropFirst(first).compactMap { command, reply in
            reply.root.error.map { Refusal($0).answering(command, of: connection.endpoint) }
        }
        return MissingRight.together(refusals.filter { $0.missingRight?.kind == .command }, of: connection.endpoint)
    }

    /// Leaves the rates out of the next frame: it follows at once, and what is added within a few milliseconds tells no rate.
    package mutating func forgetRates() { lastTime = nil }

    /// What is asked ahead of the groups of the last frame.
    private var probes: [(group: GroupKey, probe: GroupProbe)] {
        let streams = last?.streams ?? []
        let company = streams.reduce(0) { $0 + $1.groups.count }
        return streams.flatMap { stream in
            stream.groups.map(\.standing).filter { $0.info != nil }.map { group in
                let info = stream.observed.state.info
                let probe = GroupProbe(
                    group,
                    stream: info,
                    isAhead: true,
                    company: company,
                    consumerLimit: Self.consumerLimit
                )
                return (GroupKey(group), probe)
            }
        }
    }

    /// What can be said of a group that nobody had asked about.
    private static func noteUnasked(_ group: inout GroupStanding, _ stream: StreamInfo?, now: UInt64?) {
        guard let info = group.info, let stream else { return }
        let position = GroupPosition(stream: stream, group: info)
        group.note(position, lag: position.lag.map { .exact($0) } ?? .unknown, next: position.nextID, now: now)
        group.oldestIdle = info.pending > 0 ? .unknown : nil
        group.mostDeliveries = group.oldestIdle
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
        let rate = FlowRate(from: lastTime, to: now)
        let added = rate.added(before?.observed, observed)
        let earlier = Dictionary(
            (before?.groups ?? []).map { ($0.standing.name, $0.standing) },
            uniquingKeysWith: { first, _ in first }
        )
        return WatchedStream(
            observed: observed,
            groups: groups.map { group in
                WatchedGroup(
                    standing: group,
                    rateOut: rate.out(earlier[group.name], group, added: added),
                    marks: WatchMark.marks(of: group, in: observed.state.info)
                )
            },
            rateIn: rate.perSecond(added),
            bytes: size.bytes,
            deadLetters: observed.definition.name.utf8.elementsEqual(StreamTable.auditDeadLetters.utf8)
                ? observed.state.info?.length : size.dead,
            ownMarks: WatchMark.marks(of: observed, hasBadSignatures: signatures.hasBad(observed.definition), now: now)
        )
    }
}

/// What a frame has of a stream beside its groups: the bytes it takes, and how many dead letters it has.
struct WatchExtras {
    private let usage: MemoryUsage
    private let dead: XLen

    init(stream: StreamDefinition, samples: Int) {
        usage = MemoryUsage(key: stream.key, samples: samples)
        dead = XLen(key: Array(stream.deadLetterName.utf8))
    }

    var commands: [Command] { [usage.command, dead.command] }

    /// Takes the replies to `commands`; nil for what the server would not say.
    func read(
        _ replies: inout ArraySlice<Reply>,
        of connection: any CommandChannel
    ) throws(RedisError) -> (bytes: UInt64?, dead: UInt64?) {
        let bytes = try connection.read(replies.removeFirst(), of: usage).value?.bytes
        return (bytes, try connection.read(replies.removeFirst(), of: dead).value)
    }
}
