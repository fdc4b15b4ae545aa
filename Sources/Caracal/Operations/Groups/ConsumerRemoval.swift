import Redis
import Text

/// Removes the names of consumers that hold nothing: those that are named (`consumer rm`), or those of which nothing was heard
/// for long (`consumer prune`). The entries that a consumer holds would go with its name, so one that holds any stays.
package struct ConsumerRemoval: Sendable {
    /// Which consumers.
    package enum Selection: Sendable, Equatable {
        /// These of one group.
        case named(StreamDefinition, group: [UInt8], consumers: [[UInt8]])
        /// Those of these streams, or of one group, of which nothing was heard for at least this many milliseconds.
        case idle(UInt64, [StreamDefinition], group: [UInt8]?)
    }

    /// Which consumers.
    package let selection: Selection
    /// The idle time after which others may claim an entry, in milliseconds (`AUDIT_CLAIM_IDLE_SECS`).
    package let claimIdle: UInt64

    /// Describes a removal.
    package init(_ selection: Selection, claimIdle: UInt64 = PendingLimits().claimIdle) {
        self.selection = selection
        self.claimIdle = claimIdle
    }

    /// Looks and plans; nothing is changed.
    package func plan(on connection: any CommandChannel) throws(RedisError) -> Result<Removal, StreamProblem> {
        switch selection {
        case .named(let stream, let group, let names): return try plan(stream, group, names, on: connection)
        case .idle(let time, let streams, let group): return try plan(time, streams, group, on: connection)
        }
    }

    /// Removes the planned names, each only if it holds nothing then.
    ///
    /// - Parameter afterBatch: is told what became of them so far.
    package func apply(
        _ plan: Removal,
        on server: ReconnectingChannel,
        afterBatch: (Removal) -> Void = { _ in }
    ) -> Removal {
        GuardedRemoval(kind: .consumers).run(plan, on: server, afterBatch: afterBatch)
    }

    // MARK: Named consumers

    private func plan(
        _ stream: StreamDefinition,
        _ group: [UInt8],
        _ names: [[UInt8]],
        on connection: any CommandChannel
    ) throws(RedisError) -> Result<Removal, StreamProblem> {
        let found: FoundGroup
        switch try FoundGroup.find(stream, group: group, on: connection) {
        case .failure(let problem): return .failure(problem)
        case .success(let value): found = value
        }
        if connection.server.role == .replica { return .failure(.replica) }
        let consumers = try connection.ask(XInfoConsumers(key: stream.key, group: group)).get(on: connection)
        let items = names.map { name in
            guard let consumer = consumers.first(where: { $0.name == name }) else {
                return Self.item(stream, found.group, name, nil, outcome: .gone)
            }
            return Self.item(stream, found.group, name, consumer, outcome: consumer.pending > 0 ? .holds : .planned)
        }
        let heard = items.filter {
            $0.outcome == .planned && $0.silence.map { $0 < ConsumerState.silence(claimIdle: claimIdle) } ?? false
        }
        let findings = heard.map { item in
            let text: TerminalText =
                "\(item.consumer ?? []) was last seen \(Words.time(item.silence ?? 0)) ago: if it still reads, its name comes back"
            return Finding(.beingRead, .warning, stream: stream.name, text)
        }
        return .success(Removal(items: items, minIdle: nil, findings: findings))
    }

    private static func item(
        _ stream: StreamDefinition,
        _ group: GroupInfo,
        _ name: [UInt8],
        _ consumer: ConsumerInfo?,
        outcome: RemovalOutcome
    ) -> RemovalItem {
        RemovalItem(
            stream: stream,
            group: group.name,
            consumer: name,
            pending: consumer?.pending,
            waiting: nil,
            consumers: group.consumers,
            silence: consumer?.idle,
            position: group.lastDeliveredID,
            outcome: outcome
        )
    }

    // MARK: Idle consumers

    /// How many groups are asked for their consumers in one round trip.
    private static let pageSize = 100

    private func plan(
        _ time: UInt64,
        _ streams: [StreamDefinition],
        _ name: [UInt8]?,
        on connection: any CommandChannel
    ) throws(RedisError) -> Result<Removal, StreamProblem> {
        let look = try StreamLook(streams: streams, includesGroups: true, believesEmptyReplica: false).run(
            on: connection
        )
        if connection.server.role == .replica { return .failure(.replica) }
        if streams.count == 1, let problem = look.streams[0].problem { return .failure(problem) }
        var groups: [(stream: StreamDefinition, group: GroupInfo)] = []
        for observed in look.streams {
            guard case .stream(_, let found) = observed.state else { continue }
            groups += found.filter { name == nil || $0.name == name }.map { (observed.definition, $0) }
        }
        if let name, groups.isEmpty { return .failure(.noGroup(streams[0], name)) }
        groups.removeAll { $0.group.consumers == 0 }
        var items: [RemovalItem] = []
        var holders = (count: UInt64(0), entries: UInt64(0))
        var refusals: [Refusal] = look.streams.compactMap(\.state.refusal)
        for start in stride(from: 0, to: groups.count, by: Self.pageSize) {
            let page = groups[start..<min(groups.count, start + Self.pageSize)]
            let answers = try connection.ask(page.map { XInfoConsumers(key: $0.stream.key, group: $0.group.name) })
            for (place, answer) in zip(page, answers) {
                if let refusal = answer.refusal { refusal.add(to: &refusals) }
                for consumer in answer.value ?? [] where consumer.idle >= time {
                    if consumer.pending == 0 {
                        items.append(Self.item(place.stream, place.group, consumer.name, consumer, outcome: .planned))
                    } else {
                        holders.count += 1
                        holders.entries = holders.entries.saturatingAdd(consumer.pending)
                    }
                }
            }
        }
        let others = look.streams.compactMap { $0.finding() }.filter { $0.code == .wrongType }
        let findings = Self.staying(holders, besides: !items.isEmpty) + Self.refused(refusals) + others
        return .success(Removal(items: items, minIdle: time, findings: findings))
    }

    private static func staying(_ holders: (count: UInt64, entries: UInt64), besides areOthers: Bool) -> [Finding] {
        guard holders.count > 0 else { return [] }
        let more = areOthers ? " more" : ""
        let who =
            holders.count == 1
            ? "1\(more) consumer is as idle and stays: it holds"
            : "\(holders.count)\(more) consumers are as idle and stay: they hold"
        let text: TerminalText =
            "\(who) \(Words.entries(holders.entries)) (caracalctl claim hands them to another)"
        return [Finding(.holdsEntries, .note, text)]
    }

    /// What the server would not tell, once for each right that is missing.
    private static func refused(_ refusals: [Refusal]) -> [Finding] {
        var texts: [TerminalText] = []
        for refusal in refusals where !texts.contains(refusal.text) { texts.append(refusal.text) }
        return texts.map { Finding(.notPermitted, .warning, $0) }
    }
}
