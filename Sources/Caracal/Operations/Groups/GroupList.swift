import Redis
import Text

/// Lists consumer groups, or their consumers: `group ls`, `consumer ls`.
///
/// Without named streams also those outside the table: keys that begin as the bus's do, found by a bounded walk.
package struct GroupList: Sendable {
    /// The streams; nil for the table's and all others on the bus.
    package let streams: [StreamDefinition]?
    /// The one group; nil for all.
    package let group: [UInt8]?
    /// The idle time after which others may claim an entry, in milliseconds (`AUDIT_CLAIM_IDLE_SECS`).
    package let claimIdle: UInt64

    /// Describes a list.
    package init(
        streams: [StreamDefinition]?,
        group: [UInt8]? = nil,
        claimIdle: UInt64 = PendingLimits().claimIdle
    ) {
        self.streams = streams
        self.group = group
        self.claimIdle = claimIdle
    }

    /// What a list has.
    package struct Report: Sendable, Equatable {
        /// The groups that are there, in the order of the table, streams outside it behind those of the table.
        package let groups: [GroupStanding]
        /// What was not seen.
        package let findings: [Finding]
        /// What the server would not tell: of a stream, or of a group.
        package let refusals: [Refusal]
        /// Milliseconds by the server's clock; nil when it would not tell.
        package let now: UInt64?
    }

    /// Looks; nothing is changed.
    package func run(on connection: any CommandChannel) throws(RedisError) -> Result<Report, StreamProblem> {
        var (others, remarks): ([StreamDefinition], [Finding]) = ([], [])
        if streams == nil { (others, remarks) = try self.others(on: connection) }
        let limits = PendingLimits(claimIdle: claimIdle, consumerLimit: .max)
        let summary = PendingSummary(streams: (streams ?? StreamTable.all) + others, group: group, limits: limits)
        let report = try summary.run(on: connection)
        if streams?.count == 1, let problem = report.streams[0].problem {
            guard case .refused(_, let refusal) = problem else { return .failure(problem) }
            throw connection.refused(refusal)
        }
        let groups = report.groups.filter { $0.info != nil }
        if let group, let stream = streams?.first, groups.isEmpty { return .failure(.noGroup(stream, group)) }
        let unseen = report.findings.filter { [.notPermitted, .refused, .wrongType].contains($0.code) }
        return .success(
            Report(groups: groups, findings: remarks + unseen, refusals: report.refusals, now: report.now)
        )
    }

    /// How many keys are looked at: a bus has a few dozen.
    private static let keyLimit = 1_000

    /// Streams with groups that are not in the table.
    private func others(on connection: any CommandChannel) throws(RedisError) -> ([StreamDefinition], [Finding]) {
        let walk: KeyWalk.Found
        switch try KeyWalk(pattern: StreamTable.prefix + "*", limit: Self.keyLimit).run(on: connection) {
        case .failure(let refusal):
            let text: TerminalText = "streams outside the table were not looked for: \(refusal.text)"
            return ([], [Finding(.unknownKeysUnchecked, .warning, text)])
        case .success(let found): walk = found
        }
        let unlisted = walk.keys.filter { key in !StreamTable.all.contains { $0.key == key } }
        let names = unlisted.compactMap { String(validating: $0, as: UTF8.self) }
        var findings: [Finding] = []
        if !walk.isComplete {
            let cause = walk.isPartial ? "a server of the cluster cannot be reached" : "the database has too many keys"
            let text: TerminalText = "not all streams outside the table are listed: \(cause)"
            findings.append(Finding(.unknownKeysCutShort, .warning, text))
        }
        if names.count < unlisted.count {
            let text: TerminalText = "keys outside the table whose names are not UTF-8 are not listed"
            findings.append(Finding(.unknownKeysUnchecked, .warning, text))
        }
        guard !names.isEmpty else { return ([], findings) }
        let look = StreamLook(
            streams: names.map(StreamDefinition.unlisted),
            includesGroups: false,
            includesTime: false
        )
        let streams = try look.runWithoutRights(on: connection).streams
        return (streams.filter { ($0.state.info?.groups ?? 0) > 0 }.map(\.definition), findings)
    }
}
