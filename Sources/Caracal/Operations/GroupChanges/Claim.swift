import RESP
import Redis
import Text

/// Hands pending entries to another consumer: `claim`.
///
/// Looks, plans with exact ids, and claims exactly those, each only if nobody was given it since (`GuardedChange`). Entries
/// that no longer exist are left alone, since claiming them would take them off the list on Redis 7 and keep them on it
/// before.
package struct Claim: Sendable {
    /// Which entries.
    package enum Selection: Sendable, Equatable {
        /// Those with these ids.
        case ids([EntryID])
        /// Those that have been idle for at least this many milliseconds, the oldest first, up to a limit.
        case idle(UInt64, limit: Int)
    }

    /// The stream.
    package let stream: StreamDefinition
    /// The group's name.
    package let group: [UInt8]
    /// Who is to hold them.
    package let consumer: [UInt8]
    /// Which entries.
    package let selection: Selection
    /// Whether the consumer may be new.
    package let createsConsumer: Bool
    /// The idle time after which others may claim an entry, in milliseconds (`AUDIT_CLAIM_IDLE_SECS`).
    package let claimIdle: UInt64
    /// How often the Audit service has an entry delivered before it gives up on it (`AUDIT_MAX_DELIVERIES`).
    package let maxDeliveries: UInt64

    /// Describes a claim.
    package init(
        stream: StreamDefinition,
        group: [UInt8],
        consumer: [UInt8],
        selection: Selection,
        createsConsumer: Bool = false,
        claimIdle: UInt64 = PendingLimits().claimIdle,
        maxDeliveries: UInt64 = 8
    ) {
        self.stream = stream
        self.group = group
        self.consumer = consumer
        self.selection = selection
        self.createsConsumer = createsConsumer
        self.claimIdle = claimIdle
        self.maxDeliveries = maxDeliveries
    }

    /// The command that the server carries out for one planned entry.
    package func request(for change: EntryChange) -> XClaim {
        XClaim(
            key: stream.key,
            group: group,
            consumer: consumer,
            minIdle: max(minIdle, change.entry?.idle ?? 0),
            id: change.id
        )
    }

    var minIdle: UInt64 {
        if case .idle(let time, _) = selection { time } else { 0 }
    }

    /// Looks and plans; nothing is changed.
    package func plan(on connection: any CommandChannel) throws(RedisError) -> Result<GroupChange, StreamProblem> {
        let found: FoundGroup
        switch try FoundGroup.find(stream, group: group, on: connection) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let value): found = value
        }
        if connection.server.role == .replica { return .failure(.replica) }
        let consumers = try Self.consumers(of: group, on: stream, connection)
        let target = consumers.first { $0.name == consumer }
        guard target != nil || createsConsumer else {
            let successors = try Self.successors(among: consumers, of: group, on: stream, claimIdle, connection)
            return .failure(.noConsumer(stream, group: group, consumer: consumer, successors: successors))
        }
        let (changes, isCutShort) = try changes(in: found, on: connection)
        var plan = GroupChange(
            stream: stream,
            group: group,
            changes: changes,
            isCutShort: isCutShort,
            now: found.now,
            findings: try findings(target, consumers, changes, connection)
                + Finding.unknownTime(found.timeRefusal, "the ages of entries are not known")
        )
        plan.consumers = consumers.count
        return .success(plan)
    }

    /// Claims the planned entries, each only if it is in the stream and nobody was given it since.
    ///
    /// - Parameter afterBatch: is told what became of the entries so far.
    package func apply(
        _ plan: GroupChange,
        on server: ReconnectingChannel,
        afterBatch: (GroupChange) -> Void = { _ in }
    ) -> GroupChange {
        // Each step would list them: of very many the plan's look has to do.
        let isLong = plan.consumers > GuardedRemoval.listedConsumers
        return GuardedChange(
            stream: stream,
            group: group,
            action: .claim(consumer: consumer, creates: createsConsumer || isLong)
        ).run(plan, on: server, afterBatch: afterBatch)
    }

    /// Why nothing can be claimed as long as nobody is named who takes it over: the group's consumers are looked at, and those who
    /// can are named.
    package static func nobodyNamed(
        _ stream: StreamDefinition,
        group: [UInt8],
        claimIdle: UInt64,
        on connection: any CommandChannel
    ) throws(RedisError) -> StreamProblem {
        if case .failure(let problem) = try FoundGroup.find(stream, group: group, on: connection) { return problem }
        let consumers = try consumers(of: group, on: stream, connection)
        let successors = try successors(among: consumers, of: group, on: stream, claimIdle, connection)
        return .unnamedConsumer(stream, group: group, successors: successors)
    }

    /// Who can take over. How long they hold entries themselves, the oldest on the list tell.
    private static func successors(
        among consumers: [ConsumerInfo],
        of group: [UInt8],
        on stream: StreamDefinition,
        _ claimIdle: UInt64,
        _ connection: any CommandChannel
    ) throws(RedisError) -> Successors {
        let oldest = try connection.ask(XPending(key: stream.key, group: group, count: 100)).get(on: connection)
        return Successors(of: consumers, holding: oldest, claimIdle: claimIdle)
    }

    private static func consumers(
        of group: [UInt8],
        on stream: StreamDefinition,
        _ connection: any CommandChannel
    ) throws(RedisError) -> [ConsumerInfo] {
        try connection.ask(XInfoConsumers(key: stream.key, group: group)).get(on: connection)
    }

    private func findings(
        _ target: ConsumerInfo?,
        _ consumers: [ConsumerInfo],
        _ changes: [EntryChange],
        _ connection: any CommandChannel
    ) throws(RedisError) -> [Finding] {
        let planned = changes.filter { $0.outcome == .planned }
        guard !planned.isEmpty else { return [] }
        return try targetFindings(target, consumers, connection) + lastDeliveryFindings(planned)
    }

    private func targetFindings(
        _ target: ConsumerInfo?,
        _ consumers: [ConsumerInfo],
        _ connection: any CommandChannel
    ) throws(RedisError) -> [Finding] {
        guard let target else {
            let text: TerminalText = "the consumer \(consumer) is created: make sure that something reads as it"
            return [Finding(.createsConsumer, .warning, stream: stream.name, text)]
        }
        let state = ConsumerState(target, held: nil, claimIdle: claimIdle)
        guard state == .gone || state == .stuck else { return [] }
        let rest = consumers.filter { $0.name != consumer }
        let others = try Self.successors(among: rest, of: group, on: stream, claimIdle, connection).text
        let advice: TerminalText = others.map { ", or name another (heard of last: \($0))" } ?? ""
        let text: TerminalText = "the consumer \(consumer) is itself \(state.rawValue): see that it runs\(advice)"
        return [Finding(.unfitConsumer, .warning, stream: stream.name, text)]
    }

    /// What the consumer is given next is the last delivery of some entries: who claims them should know why they fail.
    private func lastDeliveryFindings(_ planned: [EntryChange]) -> [Finding] {
        guard let limit = stream.deliveryLimit(of: group, maxDeliveries), limit > 1 else { return [] }
        let count = UInt64(planned.count { ($0.entry?.deliveries ?? 0) >= limit - 1 })
        guard count > 0 else { return [] }
        let entries = Words.count(count, "of these entries is", "of these entries are")
        let them = count == 1 ? "it fails" : "they fail"
        let text: TerminalText =
            "\(entries) one delivery from the dead letter stream (the limit is \(limit)): find out why \(them) first"
        return [Finding(.lastDelivery, .warning, stream: stream.name, text)]
    }

    // MARK: Choosing entries

    private func changes(
        in found: FoundGroup,
        on connection: any CommandChannel
    ) throws(RedisError) -> (changes: [EntryChange], isCutShort: Bool) {
        switch selection {
        case .ids(let ids):
            let entries = try PendingLook(key: stream.key, group: group).entries(ids, on: connection)
            let presences = try connection.presence(of: ids, key: stream.key, stream: found.info)
            let changes = ids.indices.map { change(ids[$0], entries[$0], presences[$0]) }
            return (changes, false)
        case .idle(let time, let limit): return try idleChanges(time, limit, in: found, on: connection)
        }
    }

    private func change(_ id: EntryID, _ entry: PendingEntry?, _ presence: EntryPresence) -> EntryChange {
        EntryChange(id: id, entry: entry, presence: presence, outcome: outcome(entry, presence))
    }

    private func outcome(_ entry: PendingEntry?, _ presence: EntryPresence) -> EntryOutcome {
        guard let entry else { return .notPending }
        if presence.exists == false { return .gone(presence) }
        return entry.consumer == consumer ? .alreadyHeld : .planned
    }

    /// Walks over the list until `limit` entries qualify. What the consumer holds already is no news.
    private func idleChanges(
        _ time: UInt64,
        _ limit: Int,
        in found: FoundGroup,
        on connection: any CommandChannel
    ) throws(RedisError) -> (changes: [EntryChange], isCutShort: Bool) {
        let filter = PendingFilter(minIdle: time)
        var pages = PendingPages(connection, key: stream.key, group: group)
        var changes: [EntryChange] = []
        var planned = 0
        while let page = try pages.next().get(on: connection) {
            let idle = page.entries.filter { filter.admits($0) && $0.consumer != consumer }
            let presences = try connection.presence(of: idle.map(\.id), key: stream.key, stream: page.stream)
            for (entry, presence) in zip(idle, presences) {
                let change = change(entry.id, entry, presence)
                guard change.outcome != .planned || planned < limit else { return (changes, true) }
                planned += change.outcome == .planned ? 1 : 0
                changes.append(change)
            }
        }
        return (changes, false)
    }
}
