import Redis
import Text

/// Destroys consumer groups: one (`group rm`), or those that are left over from hosts that are gone (`group prune`).
package struct GroupRemoval: Sendable {
    /// Which groups.
    package enum Selection: Sendable, Equatable {
        /// This one; by force also one of the table, and one with pending entries.
        case group(StreamDefinition, [UInt8], isForced: Bool)
        /// Those of these streams that are left over (`GroupStanding.isLeftOver`).
        case leftOver([StreamDefinition])
    }

    /// Which groups.
    package let selection: Selection
    /// The idle time after which others may claim an entry, in milliseconds (`AUDIT_CLAIM_IDLE_SECS`).
    package let claimIdle: UInt64

    /// Describes a removal.
    package init(_ selection: Selection, claimIdle: UInt64 = PendingLimits().claimIdle) {
        self.selection = selection
        self.claimIdle = claimIdle
    }

    /// What a group waits for is lost with it: it is counted, whatever the server says. And who reads it is seen, however many.
    private var limits: PendingLimits { PendingLimits(lagLimit: 1_000_000, claimIdle: claimIdle, consumerLimit: .max) }

    /// Looks and plans; nothing is changed.
    package func plan(on connection: any CommandChannel) throws(RedisError) -> Result<Removal, StreamProblem> {
        switch selection {
        case .group(let stream, let name, let isForced):
            return try plan(stream, name, isForced: isForced, on: connection)
        case .leftOver(let streams): return try plan(streams, on: connection)
        }
    }

    /// Destroys the planned groups, each only if it stands where it was seen and holds no more than was told.
    ///
    /// - Parameter afterBatch: is told what became of the groups so far.
    package func apply(
        _ plan: Removal,
        on server: ReconnectingChannel,
        afterBatch: (Removal) -> Void = { _ in }
    ) -> Removal {
        GuardedRemoval(kind: .groups).run(plan, on: server, afterBatch: afterBatch)
    }

    // MARK: Left-over groups

    private func plan(
        _ streams: [StreamDefinition],
        on connection: any CommandChannel
    ) throws(RedisError) -> Result<Removal, StreamProblem> {
        let report = try PendingSummary(streams: streams, limits: limits).run(on: connection)
        if connection.server.role == .replica { return .failure(.replica) }
        if streams.count == 1, let problem = report.streams[0].problem { return .failure(problem) }
        let items = report.groups.filter(\.isLeftOver).compactMap { group in
            let info = report.streams.first { $0.definition == group.stream }?.state.info
            return Self.item(group, of: info?.groups ?? 0)
        }
        let unseen = report.findings.filter { [.notPermitted, .refused, .wrongType].contains($0.code) }
        return .success(Removal(items: items, minIdle: GroupStanding.leftOverAfter, findings: unseen))
    }

    private static func item(_ group: GroupStanding, of siblings: UInt64) -> RemovalItem? {
        group.info.map { info in
            RemovalItem(
                stream: group.stream,
                group: group.name,
                consumer: nil,
                pending: info.pending,
                waiting: group.lag,
                consumers: info.consumers,
                silence: group.consumers?.map(\.info.idle).min(),
                position: info.lastDeliveredID,
                siblings: siblings
            )
        }
    }

    // MARK: One group

    private func plan(
        _ stream: StreamDefinition,
        _ name: [UInt8],
        isForced: Bool,
        on connection: any CommandChannel
    ) throws(RedisError) -> Result<Removal, StreamProblem> {
        let found: FoundStream
        switch try FoundStream.find(stream, on: connection) {
        case .failure(let problem): return .failure(problem)
        case .success(let stream): found = stream
        }
        let (info, groups) = (found.info, found.groups)
        if connection.server.role == .replica { return .failure(.replica) }
        let report = try PendingSummary(streams: [stream], group: name, limits: limits).run(found.look, on: connection)
        guard let group = report.groups.first, let item = Self.item(group, of: info.groups) else {
            return .failure(.noGroup(stream, name))
        }
        if !isForced, group.definition != nil { return .failure(.groupOfTable(stream, name)) }
        if !isForced, let pending = item.pending, pending > 0 { return .failure(.groupHolds(stream, name, pending)) }
        let others = groups.filter { $0.name != name }
        let findings = report.findings.filter { $0.code == .notPermitted } + findings(group, item, info, others)
        return .success(Removal(items: [item], minIdle: nil, findings: findings))
    }

    private func findings(
        _ group: GroupStanding,
        _ item: RemovalItem,
        _ stream: StreamInfo,
        _ others: [GroupInfo]
    ) -> [Finding] {
        let name = group.stream.name
        var findings: [Finding] = []
        if let pending = item.pending, pending > 0 {
            let text: TerminalText =
                "\(group.name) forgets what is pending in it, \(Words.entries(pending)): nobody is given that again"
            findings.append(Finding(.losesEntries, .warning, stream: name, text))
        }
        // What the others were given, they do not wait for.
        let isLast = others.allSatisfy { $0.lastDeliveredID >= stream.lastID ?? .zero }
        if group.lag != .exact(0), isLast {
            let text: TerminalText =
                "\(group.name) is the last group of \(name) that waits for \(group.lag.entries): nobody is given that any more"
            findings.append(Finding(.losesEntries, .warning, stream: name, text))
        }
        let readers = (group.consumers ?? []).map(\.info).filter { $0.isHeardOf(claimIdle) }
        if let seen = ConsumerInfo.lastSeen(readers) {
            let text: TerminalText =
                "\(group.name) may be in use: \(seen); its consumers get NOGROUP once it is removed"
            findings.append(Finding(.beingRead, .warning, stream: name, text))
        }
        return findings
    }
}
