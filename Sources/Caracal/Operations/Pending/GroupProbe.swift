import RESP
import Redis

/// The second look at one group: what XINFO GROUPS left open.
struct GroupProbe {
    private let consumers: XInfoConsumers?
    private let oldest: XPending?
    private let behind: XRange?
    private var position: GroupPosition?
    /// From this many deliveries on the next failure of an entry makes it a dead letter; nil where nothing does.
    private let dangerFrom: UInt64?
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

        /// Counts on, up to a limit, and notes in the group what came of it.
        func count(
            in group: inout GroupStanding,
            limit: UInt64,
            on connection: any CommandChannel,
            until deadline: Deadline
        ) throws(RedisError) {
            switch try rest.run(on: connection, counted: counted, limit: limit, until: deadline) {
            case .success(let lag): group.note(lag: lag)
            case .failure(let refusal): refusal.add(to: &group.refusals)
            }
        }
    }

    /// What lies behind a group's position.
    private struct Waiting {
        let lag: Quantity
        /// The oldest of the entries; nil when none is there, or it is not known.
        var next: EntryID?
        /// What is left to count; nil for nothing.
        var uncounted: Uncounted?
    }

    /// How many pending entries are looked at, the oldest first: with as many, figures are "at least".
    private let pendingLimit: Int
    /// How many entries behind the position are read: with more, they are to be counted.
    private let readLimit: Int

    /// How many entries of one group, and how many bytes of entries or pending entries of all groups together, are looked at. A list
    /// that one page has room for is looked at as a whole.
    private static let limits = (
        entries: 100, wholeList: PendingPages.pageSize, bytes: 1 << 23, pending: 150_000, wholeLists: 10_000
    )
    /// Whether its consumers are too many to be listed: the server gives them all at once, and does nothing else while it does.
    private let isTooLong: Bool

    /// Decides what to ask for; nothing where the answer is known.
    ///
    /// - Parameters:
    ///   - isAhead: whether to ask for everything that may be open at the next look, in the same round trip: what is known now
    ///     only decides whether to count.
    ///   - company: how many groups are asked for in the same round trip. With very many, less is looked at of each.
    ///   - dangerFrom: from this many deliveries on the next failure of an entry makes it a dead letter; nil where nothing does.
    ///   - consumerLimit: the consumers of a group that has more are not listed.
    init(
        _ group: GroupStanding,
        stream: StreamInfo?,
        isAhead: Bool = false,
        company: Int = 1,
        dangerFrom: UInt64? = nil,
        consumerLimit: UInt64
    ) {
        self.dangerFrom = dangerFrom
        let share = { (whole: Int) in max(1, min(Self.limits.entries, whole / max(1, company))) }
        let whole = min(Self.limits.wholeList, Self.limits.wholeLists / max(1, company))
        pendingLimit =
            group.info.map { $0.pending < UInt64(whole) } == true ? whole : share(Self.limits.pending)
        readLimit = share(Self.limits.bytes / max(1, stream?.endBytes ?? 1))
        let key = group.stream.key
        let info = group.info
        let position = stream.flatMap { stream in info.map { GroupPosition(stream: stream, group: $0) } }
        self.position = position
        isTooLong = (info?.consumers ?? 0) > consumerLimit
        consumers =
            !isTooLong && (isAhead || (info?.consumers ?? 0) > 0) ? XInfoConsumers(key: key, group: group.name) : nil
        oldest =
            isAhead || (info?.pending ?? 0) > 0 ? XPending(key: key, group: group.name, count: pendingLimit) : nil
        // A group at the end may have entries to come at the next look.
        let isOpen = position?.lag.map { isAhead && $0 == 0 } ?? true
        let first = isOpen ? info?.lastDeliveredID.next : nil
        let readLimit = readLimit
        behind = first.map { XRange(key: key, first: $0, last: .maximum, count: readLimit) }
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
    ///
    /// - Parameter now: the server's clock in Unix milliseconds; nil when it is not known.
    func note(
        _ replies: ArraySlice<Reply>,
        of connection: any CommandChannel,
        claimIdle: UInt64,
        now: UInt64?,
        in group: inout GroupStanding
    ) throws(RedisError) -> Uncounted? {
        guard let position else { return nil }
        var rest = replies
        let names = try read(consumers, from: &rest, on: connection, &group.refusals)
        let page = try read(oldest, from: &rest, on: connection, &group.refusals)
        let waiting = try waiting(position, rest.popFirst(), on: connection, &group.refusals)
        group.note(position, lag: waiting.lag, next: waiting.next, now: now)
        group.hasUnlistedConsumers = isTooLong
        group.consumers =
            isTooLong
            ? nil
            : consumers == nil
                ? [] : names?.map { ConsumerStanding($0, held: nil, isWhole: $0.pending == 0, claimIdle: claimIdle) }
        if let page {
            PendingTally(page, of: position.stream, dangerFrom: dangerFrom)
                .note(in: &group, isWhole: page.count < pendingLimit, claimIdle: claimIdle)
        } else if oldest != nil {
            (group.oldestIdle, group.mostDeliveries) = (.unknown, .unknown)
        }
        return waiting.uncounted
    }

    /// What the position or else the reply to `behind` says.
    private func waiting(
        _ position: GroupPosition,
        _ reply: Reply?,
        on connection: any CommandChannel,
        _ refusals: inout [Refusal]
    ) throws(RedisError) -> Waiting {
        if let lag = position.lag { return Waiting(lag: .exact(lag), next: position.nextID) }
        guard !position.isBeyondStream, let behind, let reply else { return Waiting(lag: .unknown) }
        var entries: EntryReader
        switch try connection.read(reply, of: behind) {
        case .success(let list): entries = list
        case .failure(let refusal):
            refusal.add(to: &refusals)
            return Waiting(lag: .unknown)
        }
        let isAll = entries.count < readLimit
        let start = position.group.lastDeliveredID
        let count = { (first: EntryID?) in
            first.map { EntryCount(key: behind.key, first: $0, of: position.stream) }
        }
        // What lies between its position now and the one that was asked for is not in the reply.
        if move == .back {
            let rest = count(start.next).map { Uncounted(counted: 0, rest: $0) }
            return Waiting(lag: .atLeast(UInt64(entries.count)), uncounted: rest)
        }
        let last = entries.lastID
        var (seen, next) = (UInt64(0), EntryID?.none)
        while try entries.advance(on: connection) {
            guard let id = entries.id, id > start else { continue }
            (seen, next) = (seen + 1, next ?? id)
        }
        if isAll { return Waiting(lag: .exact(seen), next: next) }
        let rest = count(max(last ?? start, start).next).map { Uncounted(counted: seen, rest: $0) }
        return Waiting(lag: seen > 0 ? .atLeast(seen) : .unknown, next: next, uncounted: rest)
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
    /// By consumer: the same, how many were looked at, and how many of them the stream begins behind.
    private var consumers: [[UInt8]: (held: UInt64?, count: UInt64, trimmed: UInt64)] = [:]
    private let stream: StreamInfo?
    private let dangerFrom: UInt64
    private var last = LastDeliveries()

    /// - Parameters:
    ///   - stream: the stream they are of, as it was found; nil when that is not known.
    ///   - dangerFrom: from this many deliveries on the next failure of an entry makes it a dead letter; nil where nothing does.
    init(_ entries: [PendingEntry] = [], of stream: StreamInfo?, dangerFrom: UInt64? = nil) {
        self.stream = stream
        self.dangerFrom = dangerFrom ?? .max
        add(entries)
    }

    mutating func add(_ entries: [PendingEntry]) {
        count += UInt64(entries.count)
        // Neighbours on the list are often of one consumer: it is looked up where it changes.
        var (name, held, seen, trimmed) = ([UInt8](), UInt64?.none, UInt64(0), UInt64(0))
        for entry in entries {
            idle = max(idle, entry.idle ?? 0)
            deliveries = max(deliveries, entry.deliveries)
            let isTrimmed = stream?.presence(of: entry.id) == .trimmed
            if entry.deliveries >= dangerFrom, !isTrimmed { last.add(entry) }
            if seen == 0 || entry.consumer != name {
                note(name, held: held, count: seen, trimmed: trimmed)
                (name, held, seen, trimmed) = (entry.consumer, nil, 0, 0)
            }
            if let time = entry.idle { held = max(held ?? 0, time) }
            seen += 1
            if isTrimmed { trimmed += 1 }
        }
        note(name, held: held, count: seen, trimmed: trimmed)
    }

    private mutating func note(_ consumer: [UInt8], held: UInt64?, count: UInt64, trimmed: UInt64) {
        guard count > 0 else { return }
        let known = consumers[consumer] ?? (nil, 0, 0)
        consumers[consumer] = (
            [known.held, held].compactMap { $0 }.max(), known.count + count, known.trimmed + trimmed
        )
    }

    /// Says of a group what these entries tell.
    ///
    /// - Parameter isWhole: whether they are the whole list: else there may be more, and a consumer of which not every entry was
    ///   looked at may hold one for longer.
    func note(in group: inout GroupStanding, isWhole: Bool, claimIdle: UInt64) {
        if isWhole {
            // None at all: acknowledged since the look.
            group.oldestIdle = count == 0 ? nil : .exact(idle)
            group.mostDeliveries = count == 0 ? nil : .exact(deliveries)
        } else {
            group.noteAtLeast(idle: idle, deliveries: deliveries)
        }
        group.lastDeliveries = last
        group.lastDeliveries.isWhole = isWhole
        group.consumers = group.consumers?.map { standing in
            let seen = consumers[standing.info.name] ?? (nil, 0, 0)
            return ConsumerStanding(
                standing.info,
                held: isWhole ? seen.held : [standing.held, seen.held].compactMap { $0 }.max(),
                isWhole: isWhole || standing.isWhole || seen.count >= standing.info.pending,
                trimmed: isWhole ? seen.trimmed : max(standing.trimmed, seen.trimmed),
                claimIdle: claimIdle
            )
        }
    }
}

extension GroupStanding {
    /// Notes what some of its pending entries tell beside those that were looked at before.
    mutating func noteAtLeast(idle: UInt64, deliveries: UInt64) {
        oldestIdle = .atLeast(max(oldestIdle?.value ?? 0, idle))
        mostDeliveries = .atLeast(max(mostDeliveries?.value ?? 0, deliveries))
    }
}

extension Refusal {
    /// Any other refusal than one for want of a right means that the group has gone since the look.
    func add(to refusals: inout [Refusal]) {
        if kind == .noPermission { refusals.append(self) }
    }
}
