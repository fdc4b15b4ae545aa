import RESP
import Redis

/// What every group of some streams holds: `pending` without a group.
///
/// Two round trips: a look at the streams, then for each group its consumers, its oldest pending entries, and, where the
/// server's counters cannot tell the lag, the entries behind its position. All of it bounded: what a longer list would add
/// makes a figure "at least". Only a limit on the idle time makes it walk whole lists, and only those where the oldest
/// entries leave it open.
package struct PendingSummary: Sendable {
    /// The streams.
    package let streams: [StreamDefinition]
    /// The one group to look at; nil for all.
    package let group: [UInt8]?
    /// What to judge by.
    package let limits: PendingLimits

    /// Describes a look.
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

    /// The same of streams that were just looked at, with their groups: one round trip.
    func run(_ look: StreamLook.Seen, on connection: any CommandChannel) throws(RedisError) -> PendingReport {
        var groups = look.streams.flatMap(Self.standings).filter { group == nil || $0.name == group }
        let probes = groups.map { GroupProbe($0, in: look.streams, version: connection.server.version) }
        let replies = try connection.pipeline(probes.flatMap(\.commands))
        var rest = replies[...]
        for (index, probe) in probes.enumerated() {
            let own = Array(rest.prefix(probe.commands.count))
            rest = rest.dropFirst(own.count)
            try probe.note(own, of: connection, claimIdle: limits.claimIdle, in: &groups[index])
        }
        for index in groups.indices { try settleIdle(of: &groups[index], on: connection) }
        let findings = PendingFindings(limits: limits).findings(streams: look.streams, groups: groups)
        // Only the entries of one group are shown with their ages.
        let untold = group == nil ? [] : Finding.untoldTime(look.timeRefusal, "the ages of entries are not known")
        return PendingReport(streams: look.streams, groups: groups, now: look.now, findings: findings + untold)
    }

    /// The groups of a stream: those the table wants, there or not, then the others.
    static func standings(of observed: ObservedStream) -> [GroupStanding] {
        guard case .stream(_, let groups) = observed.state else { return [] }
        let stream = observed.definition
        let wanted = stream.groups.map { definition in
            let name = Array(definition.name.utf8)
            return GroupStanding(stream: stream, name: name, info: groups.first { $0.name == name })
        }
        let others = groups.filter { group in !wanted.contains { $0.name == group.name } }
        return wanted + others.map { GroupStanding(stream: stream, name: $0.name, info: $0) }
    }

    /// Walks the whole list where a limit on the idle time is set, and the oldest entries do not settle it.
    private func settleIdle(of group: inout GroupStanding, on connection: any CommandChannel) throws(RedisError) {
        guard let limit = limits.maxIdle, case .atLeast(let known)? = group.oldestIdle, known < limit,
            let info = group.info
        else { return }
        var pages = PendingPages(
            connection,
            key: group.stream.key,
            group: group.name,
            last: info.lastDeliveredID
        )
        var (idle, deliveries): (UInt64, UInt64) = (0, 0)
        while idle < limit {
            guard case .success(let next) = try pages.next() else { return }
            try pages.request()
            guard let page = next else {
                group.oldestIdle = .exact(idle)
                group.mostDeliveries = .exact(deliveries)
                return
            }
            idle = max(idle, page.entries.compactMap(\.idle).max() ?? 0)
            deliveries = max(deliveries, page.entries.map(\.deliveries).max() ?? 0)
        }
        try pages.stop()
        group.oldestIdle = .atLeast(idle)
        group.mostDeliveries = .atLeast(max(deliveries, group.mostDeliveries?.value ?? 0))
    }
}
