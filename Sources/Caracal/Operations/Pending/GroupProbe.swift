import RESP
import Redis

/// The second look at one group: what XINFO GROUPS left open.
struct GroupProbe {
    private let consumers: XInfoConsumers?
    private let oldest: XPending?
    private let behind: XRange?
    private var position: GroupPosition?
    /// Where the group stands at a later look than the one that decided where to count from.
    private var move = Move.none

    private enum Move {
        case none
        case forward
        case back
    }

    /// What is left to count behind a group's position.
    struct Uncounted {
        /// How many entries were counted already.
        let counted: UInt64
        /// What is to be counted behind them.
        let rest: EntryCount
    }

    /// How many pending entries are looked at, the oldest first: with more, figures are "at least".
    static let pendingLimit = 100
    /// How many entries behind a group's position are read: with more, they are to be counted.
    static let readLimit = 100

    /// Decides what to ask for; nothing where the answer is known.
    ///
    /// - Parameter isAhead: whether to ask for everything that may be open at the next look, in the same round trip: what is known now
    ///   only decides whether to count.
    init(_ group: GroupStanding, stream: StreamInfo?, isAhead: Bool = false) {
        let key = group.stream.key
        let info = group.info
        let position = stream.flatMap { stream in info.map { GroupPosition(stream: stream, group: $0) } }
        self.position = position
        consumers = isAhead || (info?.consumers ?? 0) > 0 ? XInfoConsumers(key: key, group: group.name) : nil
        oldest =
            isAhead || (info?.pending ?? 0) > 0 ? XPending(key: key, group: group.name, count: Self.pendingLimit) : nil
        // A group at the end may have entries to come at the next look.
        let isOpen = position?.lag.map { isAhead && $0 == 0 } ?? true
        let first = isOpen ? info?.lastDeliveredID.next : nil
        behind = first.map { XRange(key: key, first: $0, last: .maximum, count: Self.readLimit) }
    }

    /// The same questions, their replies to be read as of a later look at the group.
    func moved(to group: GroupStanding, stream: StreamInfo?) -> GroupProbe {
        var moved = self
        moved.position = stream.flatMap { stream in group.info.map { GroupPosition(stream: stream, group: $0) } }
        if let then = position?.group.lastDeliveredID, let now = group.info?.lastDeliveredID {
            moved.move = now == then ? .none : now > then ? .forward : .back
        }
        return moved
    }

    /// What to send.
    var commands: [Command] {
        [consumers?.command, oldest?.command, behind?.command].compactMap { $0 }
    }

    /// Notes the replies. What the server would not say stays unknown; what is to be counted on is returned.
    func note(
        _ replies: ArraySlice<Reply>,
        of connection: any CommandChannel,
        claimIdle: UInt64,
        in group: inout GroupStanding
    ) throws(RedisError) -> Uncounted? {
        guard let position else { return nil }
        var rest = replies
        let names = try read(consumers, from: &rest, on: connection, &group.refusals)
        let page = try read(oldest, from: &rest, on: connection, &group.refusals)
        let (lag, uncounted) = try lag(position, rest.popFirst(), on: connection, &group.refusals)
        group.note(position, lag: lag)
        group.consumers =
            consumers == nil
            ? [] : names?.map { ConsumerStanding($0, held: nil, isWhole: $0.pending == 0, claimIdle: claimIdle) }
        if let page {
            PendingTally(page).note(in: &group, isWhole: page.count < Self.pendingLimit, claimIdle: claimIdle)
        } else if oldest != nil {
            (group.oldestIdle, group.mostDeliveries) = (.unknown, .unknown)
        }
        return uncounted
    }

    /// What the position or else the reply to `behind` says.
    private func lag(
        _ position: GroupPosition,
        _ reply: Reply?,
        on connection: any CommandChannel,
        _ refusals: inout [Refusal]
    ) throws(RedisError) -> (Quantity, Uncounted?) {
        if let lag = position.lag { return (.exact(lag), nil) }
        guard !position.isBeyondStream else { return (.unknown, nil) }
        guard let behind, let reply else { return (.unknown, nil) }
        let entries: EntryReader
        switch try connection.read(reply, of: behind) {
        case .success(let list): entries = list
        case .failure(let refusal):
            refusal.add(to: &refusals)
            return (.unknown, nil)
        }
        let count = entries.count
        guard count >= Self.readLimit, let next = entries.lastID?.next else {
            return (counted(UInt64(count), isAll: true), nil)
        }
        let rest = EntryCount(key: behind.key, first: next, of: position.stream)
        return (counted(UInt64(count), isAll: false), Uncounted(counted: UInt64(count), rest: rest))
    }

    /// What a count from the position that was known when it was asked for says of the position now.
    private func counted(_ count: UInt64, isAll: Bool) -> Quantity {
        switch (move, isAll) {
        case (.none, true): return .exact(count)
        // It has no more to come than then, and perhaps less.
        case (.forward, true): return .atMost(count)
        case (.none, false), (.back, _): return .atLeast(count)
        case (.forward, false): return .unknown
        }
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

/// What pages of a group's pending entries come to.
struct PendingTally {
    /// How many entries were looked at.
    private(set) var count: UInt64 = 0
    /// How long the entry that was not delivered for longest has waited, in milliseconds.
    private(set) var idle: UInt64 = 0
    private var deliveries: UInt64 = 0
    /// By consumer: the same, and how many were looked at.
    private var consumers: [[UInt8]: (held: UInt64?, count: UInt64)] = [:]

    init(_ entries: [PendingEntry] = []) {
        add(entries)
    }

    mutating func add(_ entries: [PendingEntry]) {
        count += UInt64(entries.count)
        for entry in entries {
            idle = max(idle, entry.idle ?? 0)
            deliveries = max(deliveries, entry.deliveries)
            let known = consumers[entry.consumer] ?? (nil, 0)
            consumers[entry.consumer] = ([known.held, entry.idle].compactMap { $0 }.max(), known.count + 1)
        }
    }

    /// Says of a group what these entries tell.
    ///
    /// - Parameter isWhole: whether they are the whole list: else there may be more, and a consumer of which not every entry was
    ///   looked at may hold one for longer.
    func note(in group: inout GroupStanding, isWhole: Bool, claimIdle: UInt64) {
        if count == 0 {
            // Acknowledged since the look.
            (group.oldestIdle, group.mostDeliveries) = (nil, nil)
        } else {
            group.oldestIdle = isWhole ? .exact(idle) : .atLeast(idle)
            group.mostDeliveries = isWhole ? .exact(deliveries) : .atLeast(deliveries)
        }
        group.consumers = group.consumers?.map { standing in
            let seen = consumers[standing.info.name] ?? (nil, 0)
            return ConsumerStanding(
                standing.info,
                held: seen.held,
                isWhole: isWhole || seen.count >= standing.info.pending,
                claimIdle: claimIdle
            )
        }
    }
}

extension Refusal {
    /// Any other refusal than one for want of a right means that the group has gone since the look.
    func add(to refusals: inout [Refusal]) {
        if kind == .noPermission { refusals.append(self) }
    }
}
