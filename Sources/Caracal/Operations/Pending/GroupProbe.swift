import RESP
import Redis

/// The second look at one group: what XINFO GROUPS left open.
struct GroupProbe {
    private let consumers: XInfoConsumers?
    private let oldest: XPending?
    private let behind: XRange?
    private var position: GroupPosition?
    /// Whether the group was given more entries since the position that is counted from.
    private var hasMoved = false

    /// How many pending entries are looked at, the oldest first: with more, figures are "at least".
    static let pendingLimit = 100
    /// How many entries behind a group's position are counted: with more, its lag is "at least".
    static let lagLimit = 100

    /// Decides what to ask for; nothing where the answer is known.
    init(_ group: GroupStanding, in streams: [ObservedStream], version: ServerVersion?) {
        let key = group.stream.key
        let stream = streams.first { $0.definition == group.stream }?.state.info
        let info = group.info
        position = stream.flatMap { stream in
            info.map { GroupPosition(stream: stream, group: $0, version: version) }
        }
        consumers = (info?.consumers ?? 0) > 0 ? XInfoConsumers(key: key, group: group.name) : nil
        oldest =
            (info?.pending ?? 0) > 0 ? XPending(key: key, group: group.name, count: Self.pendingLimit) : nil
        behind =
            position?.lag == nil
            ? info?.lastDeliveredID.next.map {
                XRange(key: key, first: $0, last: .maximum, count: Self.lagLimit)
            } : nil
    }

    /// Asks for everything that may be open at the next look, in the same round trip: what is known now only decides whether
    /// to count.
    init(ahead group: GroupStanding, in streams: [ObservedStream], version: ServerVersion?) {
        let now = GroupProbe(group, in: streams, version: version)
        consumers = XInfoConsumers(key: group.stream.key, group: group.name)
        oldest = XPending(key: group.stream.key, group: group.name, count: Self.pendingLimit)
        behind = now.behind
        position = now.position
    }

    /// The same questions, their replies to be read as of a later look at the group.
    func moved(to group: GroupStanding, in streams: [ObservedStream], version: ServerVersion?) -> GroupProbe {
        var moved = self
        moved.position = GroupProbe(group, in: streams, version: version).position
        moved.hasMoved = group.info?.lastDeliveredID.next != behind?.first
        return moved
    }

    /// What to send.
    var commands: [Command] {
        [consumers?.command, oldest?.command, behind?.command].compactMap { $0 }
    }

    /// Notes the replies. What the server would not say stays unknown.
    func note(
        _ replies: [Reply],
        of connection: any CommandChannel,
        claimIdle: UInt64,
        in group: inout GroupStanding
    ) throws(RedisError) {
        guard let position else { return }
        var rest = replies[...]
        let names = try read(consumers, from: &rest, on: connection, &group.refusals)
        let page = try read(oldest, from: &rest, on: connection, &group.refusals)
        group.lag = position.lag.map { .exact($0) } ?? count(rest.popFirst(), on: connection, &group.refusals)
        group.lost = position.lost
        group.trimHorizon = group.stream.bound.map { GroupPosition.trimHorizon(bound: $0, lag: group.lag) }
        note(page, in: &group)
        group.consumers =
            consumers == nil
            ? []
            : names.map { names in
                names.map { consumer in
                    let held = page?.filter { $0.consumer == consumer.name }.compactMap(\.idle).max()
                    return ConsumerStanding(consumer, held: held, claimIdle: claimIdle)
                }
            }
    }

    private func note(_ page: [PendingEntry]?, in group: inout GroupStanding) {
        guard oldest != nil else { return }
        guard let page, let first = page.first else {
            // Acknowledged since the look, or refused.
            group.oldestIdle = page == nil ? .unknown : nil
            group.mostDeliveries = group.oldestIdle
            return
        }
        let idle = page.reduce(first.idle ?? 0) { max($0, $1.idle ?? 0) }
        let deliveries = page.reduce(first.deliveries) { max($0, $1.deliveries) }
        let isWhole = page.count < Self.pendingLimit
        group.oldestIdle = isWhole ? .exact(idle) : .atLeast(idle)
        group.mostDeliveries = isWhole ? .exact(deliveries) : .atLeast(deliveries)
    }

    private func count(_ reply: Reply?, on connection: any CommandChannel, _ refusals: inout [Refusal]) -> Quantity {
        if let behind, let error = reply?.root.error {
            Refusal(error).answering(behind.command, of: connection.endpoint).add(to: &refusals)
        }
        guard let reply, reply.kind(of: 0) == .array else { return .unknown }
        let count = GroupPosition.counted(reply.count(of: 0), limit: Self.lagLimit)
        guard hasMoved else { return count }
        // Counted from further back: it has no more to come, and perhaps less.
        if case .exact(let most) = count { return .atMost(most) }
        return .unknown
    }

    private func read<R: Request>(
        _ request: R?,
        from replies: inout ArraySlice<Reply>,
        on connection: any CommandChannel,
        _ refusals: inout [Refusal]
    ) throws(RedisError) -> R.Response? {
        guard let request, let reply = replies.popFirst() else { return nil }
        let answer = try connection.read(reply, of: request)
        if case .failure(let refusal) = answer { refusal.add(to: &refusals) }
        return answer.value
    }
}

extension Refusal {
    /// Any other refusal than one for want of a right means that the group has gone since the look.
    fileprivate func add(to refusals: inout [Refusal]) {
        if kind == .noPermission { refusals.append(self) }
    }
}
