import RESP
import Redis
import Text

/// What every group of some streams holds: `pending` without a group.
///
/// Two round trips: a look at the streams, then for each group its consumers, its pending entries, of a long list the oldest, and,
/// where the group stands between the oldest and the newest entry, the first of the entries behind its position. A third one for
/// groups with long lists: the first entry of each of their consumers. What a longer look would add makes a figure "at least", and a
/// long lag is what the server says it is.
///
/// More only where it is asked for, or where the server does not tell, and bounded in entries and in time: a lag that has to be
/// counted, a walk over a list (`PendingLimits.walked`), and whole lists for a limit on the idle time that the oldest entries leave
/// open.
package struct PendingSummary: Sendable {
    /// The streams.
    package let streams: [StreamDefinition]
    /// The one group to look at; nil for all.
    package let group: [UInt8]?
    /// What to judge by.
    package let limits: PendingLimits

    package init(streams: [StreamDefinition], group: [UInt8]? = nil, limits: PendingLimits = PendingLimits()) {
        self.streams = streams
        self.group = group
        self.limits = limits
    }

    /// Looks; nothing is changed.
    package func run(on connection: any CommandChannel) throws(RedisError) -> PendingReport {
        try run(
            StreamLook(streams: streams, includesGroups: true, believesEmptyReplica: false).run(on: connection),
            on: connection
        )
    }

    /// How long counting what the server does not tell may take in one look, all groups together; and how long looking at pending
    /// entries.
    private static let allowance = Duration.seconds(2)
    /// How long looking at pending entries may take where a limit on the idle time makes it look at all: what is not seen by then leaves
    /// the limit open. Less than a check as a whole may take.
    private static let idleAllowance = Duration.seconds(5)

    /// The same of streams that were just looked at, with their groups.
    func run(_ look: StreamLook.Seen, on connection: any CommandChannel) throws(RedisError) -> PendingReport {
        try run(look, beside: [], on: connection).report
    }

    /// The same, with the replies to questions of others that are sent along.
    func run(
        _ look: StreamLook.Seen,
        beside others: [Command],
        on connection: any CommandChannel
    ) throws(RedisError) -> (report: PendingReport, others: [Reply]) {
        let deadline = Deadline.after(Self.allowance)
        var groups: [GroupStanding] = []
        var streams: [StreamInfo?] = []
        for stream in look.streams {
            for standing in Self.standings(of: stream) where group == nil || standing.name == group {
                groups.append(standing)
                streams.append(stream.state.info)
            }
        }
        let probes = zip(groups, streams).map {
            GroupProbe(
                $0,
                stream: $1,
                company: groups.count,
                dangerFrom: limits.dangerFrom($0),
                consumerLimit: limits.consumerLimit
            )
        }
        let replies = try connection.pipeline(others + probes.flatMap(\.commands))
        var rest = replies.dropFirst(others.count)
        var uncounted: [(index: Int, lag: GroupProbe.Uncounted)] = []
        for (index, probe) in probes.enumerated() {
            let own = rest.prefix(probe.commands.count)
            rest = rest.dropFirst(own.count)
            let lag = try probe.note(
                own,
                of: connection,
                claimIdle: limits.claimIdle,
                now: look.now,
                in: &groups[index]
            )
            if let lag { uncounted.append((index, lag)) }
        }
        for (index, lag) in uncounted where limits.lagLimit != nil || groups[index].reportedLag == nil {
            let limit = limits.lagLimit ?? Self.countLimit
            try lag.count(in: &groups[index], limit: limit, on: connection, until: deadline)
        }
        let end = Deadline.after(limits.maxIdle == nil ? Self.allowance : Self.idleAllowance)
        // A walk that is asked for may leave nothing to weigh; one for a limit may not be needed after that.
        if limits.walked == 0 { try weigh(&groups, on: connection) }
        for index in groups.indices { try walk(&groups[index], of: streams[index], on: connection, until: end) }
        if limits.walked > 0 { try weigh(&groups, on: connection) }
        let findings = PendingFindings(limits: limits).findings(streams: look.streams, groups: groups)
        // Only the entries of one group are shown with their ages.
        let unknown = group == nil ? [] : Finding.unknownTime(look.timeRefusal, "the ages of entries are not known")
        let report = PendingReport(streams: look.streams, groups: groups, now: look.now, findings: findings + unknown)
        return (report, Array(replies.prefix(others.count)))
    }

    /// How many entries behind a group's position are counted where the server says nothing of its lag.
    private static let countLimit: UInt64 = 1_000_000

    /// The groups of a stream: those the table wants, there or not, then the others.
    static func standings(of observed: ObservedStream) -> [GroupStanding] {
        guard case .stream(_, let groups) = observed.state else { return [] }
        let stream = observed.definition
        let wanted = stream.groups.map { definition in
            let name = Array(definition.name.utf8)
            return GroupStanding(stream: stream, name: name, info: groups.first { $0.name == name })
        }
        let names = Set(wanted.map(\.name))
        let others = groups.filter { !names.contains($0.name) }
        return wanted + others.map { GroupStanding(stream: stream, name: $0.name, info: $0) }
    }

    /// Looks at more of a list of which the oldest entries were seen: at all of it where a limit on the idle time asks for that, until
    /// that is crossed; else as far as is asked for.
    private func walk(
        _ group: inout GroupStanding,
        of stream: StreamInfo?,
        on connection: any CommandChannel,
        until deadline: Deadline
    ) throws(RedisError) {
        guard case .atLeast(let known)? = group.oldestIdle, limits.maxIdle.map({ known < $0 }) ?? (limits.walked > 0)
        else { return }
        var pages = PendingPages(connection, key: group.stream.key, group: group.name)
        var tally = PendingTally(of: stream, dangerFrom: limits.dangerFrom(group))
        while !deadline.hasPassed {
            guard case .success(let next) = try pages.next() else { return }
            guard let page = next else { return tally.note(in: &group, isWhole: true, claimIdle: limits.claimIdle) }
            tally.add(page.entries)
            if deadline.hasPassed || limits.maxIdle.map({ tally.idle >= $0 }) ?? (tally.count >= limits.walked) {
                break
            }
            try pages.request()
        }
        guard tally.count > 0 else { return }
        try pages.stop()
        tally.note(in: &group, isWhole: false, claimIdle: limits.claimIdle)
    }

    /// More consumers than this are judged by what the groups' lists showed as far as they were read.
    private static let weighedConsumers = 1_000

    /// Looks at the first entry of each consumer that holds more than was looked at: who has just been given the oldest entries of a
    /// long list must not hide those who stand still behind them.
    private func weigh(_ groups: inout [GroupStanding], on connection: any CommandChannel) throws(RedisError) {
        var holders: [(group: Int, consumer: Int)] = []
        for (index, group) in groups.enumerated() {
            let open = (group.consumers ?? []).indices.lazy.filter { !(group.consumers?[$0].isWhole ?? true) }
            holders += open.prefix(Self.weighedConsumers - holders.count).map { (index, $0) }
        }
        guard !holders.isEmpty else { return }
        let answers = try connection.ask(
            holders.map { place in
                let group = groups[place.group]
                let name = group.consumers?[place.consumer].info.name
                return XPending(key: group.stream.key, group: group.name, count: 1, consumer: name)
            }
        )
        for (place, answer) in zip(holders, answers) {
            guard let known = groups[place.group].consumers?[place.consumer] else { continue }
            let first = answer.value?.first
            if let first { groups[place.group].noteAtLeast(idle: first.idle ?? 0, deliveries: first.deliveries) }
            groups[place.group].consumers?[place.consumer] = ConsumerStanding(
                known.info,
                held: [known.held, first?.idle].compactMap { $0 }.max(),
                // What the server would not say was not looked at.
                isWhole: answer.value != nil && known.info.pending <= 1,
                trimmed: known.trimmed,
                claimIdle: limits.claimIdle
            )
        }
    }
}

extension PendingLimits {
    /// From how many deliveries on the next failure of a group's entry makes it a dead letter; nil where nothing does, or nobody asks.
    fileprivate func dangerFrom(_ group: GroupStanding) -> UInt64? {
        maxDeliveries.flatMap { group.deliveryLimit($0) }.flatMap { $0 > 1 ? $0 - 1 : nil }
    }
}
