import RESP
import Redis

/// Hands pending entries to another consumer: `claim`.
///
/// Looks, plans with exact ids, and claims exactly those, each only if nobody was given it since: the least idle time it is
/// claimed with is the one it was seen with. Entries that no longer exist are left alone, since claiming them would take
/// them off the list on Redis 7 and keep them on it before.
package struct Claim: Sendable {
    /// Which entries.
    package enum Selection: Sendable, Equatable {
        /// These.
        case ids([EntryID])
        /// Those that were not delivered to anyone for so many milliseconds, the oldest first, up to a limit.
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

    /// Describes a claim.
    package init(
        stream: StreamDefinition,
        group: [UInt8],
        consumer: [UInt8],
        selection: Selection,
        createsConsumer: Bool = false,
        claimIdle: UInt64 = PendingLimits().claimIdle
    ) {
        self.stream = stream
        self.group = group
        self.consumer = consumer
        self.selection = selection
        self.createsConsumer = createsConsumer
        self.claimIdle = claimIdle
    }

    /// The command for one planned entry.
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
    package func plan(on connection: any CommandChannel) throws(RedisError) -> Result<GroupChange, GroupRefusal> {
        let found: FoundGroup
        switch try FoundGroup.find(stream, group: group, on: connection) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let value): found = value
        }
        if connection.server.role == .replica { return .failure(.replica) }
        let consumers = try consumers(on: connection)
        let target = consumers.first { $0.name == consumer }
        guard target != nil || createsConsumer else {
            return .failure(.noConsumer(stream, group: group, consumer: consumer))
        }
        let (changes, isCutShort) = try changes(in: found, on: connection)
        return .success(
            GroupChange(
                stream: stream,
                group: group,
                changes: changes,
                isCutShort: isCutShort,
                now: found.now,
                findings: findings(target, changes)
                    + Finding.untoldTime(found.timeRefusal, "the ages of entries are not known")
            )
        )
    }

    func consumers(on connection: any CommandChannel) throws(RedisError) -> [ConsumerInfo] {
        switch try connection.ask(XInfoConsumers(key: stream.key, group: group)) {
        case .success(let consumers): return consumers
        case .failure(let refusal): throw connection.failure(.refused(refusal), .awaiting)
        }
    }

    private func findings(_ target: ConsumerInfo?, _ changes: [EntryChange]) -> [Finding] {
        guard changes.contains(where: { $0.outcome == .planned }) else { return [] }
        guard let target else {
            let text = "the consumer \(consumer.readable) is created: make sure that something reads as it"
            return [Finding("creates_consumer", .warning, stream: stream.name, text)]
        }
        let state = ConsumerState(target, held: nil, claimIdle: claimIdle)
        guard state == .gone || state == .stuck else { return [] }
        let text = "the consumer \(consumer.readable) is itself \(state.rawValue): see that it runs"
        return [Finding("unfit_consumer", .warning, stream: stream.name, text)]
    }
}
