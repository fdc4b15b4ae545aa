import Redis
import Text

/// Holds the server against the table and changes nothing: `provision --check`.
package struct DriftCheck: Sendable {
    /// The streams to check.
    package let streams: [StreamDefinition]
    /// Whether to look for keys that are not in the table: not when only some of its streams were asked for.
    package let looksForUnknownKeys: Bool

    /// Describes a check.
    package init(streams: [StreamDefinition], looksForUnknownKeys: Bool) {
        self.streams = streams
        self.looksForUnknownKeys = looksForUnknownKeys
    }

    /// Looks; the findings of severity `failure`, and items that do not exist, are drift.
    package func run(on connection: any CommandChannel) throws(RedisError) -> ProvisionReport {
        let look = try StreamLook(
            streams: streams,
            includesGroups: true,
            includesTime: false,
            believesEmptyReplica: false
        ).run(on: connection)
        let plan = ProvisionPlan(observed: look.streams, policy: .automatic)
        let findings = try findings(of: look.streams, plan, on: connection)
        let items = plan.items.map { item in
            var item = item
            item.step = nil
            item.start = nil
            item.skipped = 0
            return item
        }
        return ProvisionReport(items: items, findings: findings)
    }

    /// What of streams that were just looked at, with their groups, is drift; missing streams and groups are not among it.
    func findings(of streams: [ObservedStream], on connection: any CommandChannel) throws(RedisError) -> [Finding] {
        try findings(of: streams, ProvisionPlan(observed: streams, policy: .automatic), on: connection)
    }

    private func findings(
        of streams: [ObservedStream],
        _ plan: ProvisionPlan,
        on connection: any CommandChannel
    ) throws(RedisError) -> [Finding] {
        let findings = plan.excesses.map(Self.asDrift) + streams.flatMap(Self.unknownGroups)
        return looksForUnknownKeys ? findings + (try unknownKeys(on: connection)) : findings
    }

    private static func asDrift(_ finding: Finding) -> Finding {
        Finding(finding.code, .failure, stream: finding.stream, finding.message)
    }

    private static func unknownGroups(_ observed: ObservedStream) -> [Finding] {
        guard case .stream(_, let groups) = observed.state else { return [] }
        let stream = observed.definition
        return groups.filter { group in !stream.groups.contains { group.name.elementsEqual($0.name.utf8) } }
            .map { group in
                let isKnown = stream.knownGroupPrefixes.contains { group.name.starts(with: $0.utf8) }
                return Finding(
                    isKnown ? .knownGroup : .unknownGroup,
                    isKnown ? .note : .failure,
                    stream: stream.name,
                    "\(stream.name) has the group \(group.name), which is not in the table"
                        + (isKnown ? " but expected: services add such groups" : "")
                )
            }
    }

    private func unknownKeys(on connection: any CommandChannel) throws(RedisError) -> [Finding] {
        let known = Set(StreamTable.all.flatMap { [$0.key, Array($0.deadLetterName.utf8)] })
        switch try KeyWalk(pattern: StreamTable.prefix + "*", limit: Self.keyLimit).run(on: connection) {
        case .failure(let refusal):
            return [
                Finding(
                    .unknownKeysUnchecked,
                    .warning,
                    "keys outside the table were not looked for: \(refusal.text)"
                )
            ]
        case .success(let walk):
            let unknown = walk.keys.filter { !known.contains($0) }.map { key in
                Finding(.unknownKey, .failure, "the key \(key) is not in the table")
            }
            return walk.isComplete ? unknown : unknown + [walk.isPartial ? Self.partial : Self.cutShort]
        }
    }

    /// A bus has a few dozen keys; a database with this many is something else.
    private static let keyLimit = 1_000

    private static let partial = Finding(
        .unknownKeysCutShort,
        .warning,
        "not all keys were compared with the table: a server of the cluster cannot be reached"
    )

    private static let cutShort = Finding(
        .unknownKeysCutShort,
        .warning,
        "not all keys were compared with the table: the database has too many"
    )
}
