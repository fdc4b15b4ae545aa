import Redis
import Text

extension HealthCheck {
    static let leftOverGroups = HealthCheck(
        "left-over-groups",
        subject: """
            Groups that a service adds for each of its hosts (gateway-revocation:<host>), in which entries wait or are \
            pending and no consumer was heard of for an hour.
            """,
        reason: """
            The host is gone and its group stays. Nobody misses what waits there, as each host has a group of its own: no \
            alarm counts it. But trim keeps every entry that it was not given.
            """,
        remedy: """
            If the host is gone for good: caracalctl group prune, which asks for each. That forgets the group's position and \
            its pending entries. Of a host that only stands still, start the service.
            """,
        urgency: .later
    ) { examination in
        examination.inspectStreams(examination.pending.streams, "the groups") { stream in
            let groups = examination.pending.groups.filter { $0.stream == stream.definition }
            let unknown = groups.filter { $0.isOfAHost && $0.consumers == nil }.map {
                CheckOutcome(.unknown, "whether \($0.title) is left over is not known", stream: $0.stream.name)
            }
            return unknown + outcome(groups.filter(\.isLeftOver))
        }.or("no group is left over from a host that is gone")
    }

    private static func outcome(_ groups: [GroupStanding]) -> [CheckOutcome] {
        guard let first = groups.first else { return [] }
        let others = groups.count > 1 ? " and \(Words.number(groups.count - 1)) more" : ""
        let pending = groups.reduce(UInt64(0)) { $0.saturatingAdd($1.info?.pending ?? 0) }
        return [
            CheckOutcome(
                .warning,
                "\(first.name)\(others) on \(first.stream.name) \(others.isEmpty ? "is" : "are") left over: nobody reads there, and trim keeps what waits",
                stream: first.stream.name,
                group: groups.count == 1 ? first.name : nil,
                evidence: "lag \(first.lag.words), \(Words.number(pending)) pending, no consumer heard of for an hour",
                fix:
                    "caracalctl group prune \(first.stream.word) # if those hosts are gone for good; forgets \(Words.count(pending, "entry", "entries")) pending there"
            )
        ]
    }
}

extension GroupStanding {
    /// Whether a service adds such groups, one for each of its hosts.
    var isOfAHost: Bool {
        definition == nil && stream.knownGroupPrefixes.contains { name.starts(with: $0.utf8) }
    }
}
