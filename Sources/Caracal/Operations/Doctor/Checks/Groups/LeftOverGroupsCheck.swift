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
            If the host is gone for good: XGROUP DESTROY. That forgets the group's position and its pending entries. Of a \
            host that only stands still, start the service.
            """
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
        let others = groups.count > 1 ? " and \(groups.count - 1) more" : ""
        let pending = groups.reduce(UInt64(0)) { $0.saturatingAdd($1.info?.pending ?? 0) }
        let commands: [TerminalText] = groups.prefix(shown).map {
            "\(RedisCLI.text) XGROUP DESTROY \(ShellWord.quoted($0.stream.key)) \(ShellWord.quoted($0.name))"
        }
        let rest = groups.count > shown ? "; then doctor again, for the other \(groups.count - shown)" : ""
        return [
            CheckOutcome(
                .warning,
                "\(first.name)\(others) on \(first.stream.name) \(others.isEmpty ? "is" : "are") left over: nobody reads there, and trim keeps what waits",
                stream: first.stream.name,
                evidence: "lag \(first.lag.words), \(pending) pending, no consumer heard of for an hour",
                fix: commands.joined(separator: " && ")
                    + " # if those hosts are gone for good; forgets \(Words.entries(pending)) pending there\(rest)"
            )
        ]
    }

    /// How many groups one fix removes.
    private static let shown = 5
}

extension GroupStanding {
    /// Whether a service adds such groups, one for each of its hosts.
    fileprivate var isOfAHost: Bool {
        definition == nil && stream.knownGroupPrefixes.contains { name.starts(with: $0.utf8) }
    }
}
