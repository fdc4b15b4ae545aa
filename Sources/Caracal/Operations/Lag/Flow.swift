import Redis

/// How fast counters moved between two looks. A counter that went backwards, as after a restart without files, has no rate.
struct FlowRate {
    /// Seconds between the looks by the server's clock; nil when unknown, or when the clock stood still.
    private let seconds: Double?

    /// - Parameters:
    ///   - from: the server's clock at the first look, in Unix milliseconds.
    ///   - to: the same at the second.
    init(from: UInt64?, to: UInt64?) {
        guard let from, let to, to > from else {
            seconds = nil
            return
        }
        seconds = Double(to - from) / 1000
    }

    /// How many entries were added to a stream; nil where the server does not count them.
    func added(_ before: ObservedStream?, _ after: ObservedStream) -> UInt64? {
        difference(before?.state.info?.entriesAdded, after.state.info?.entriesAdded)
    }

    func perSecond(_ count: UInt64?) -> Double? {
        guard let count, let seconds else { return nil }
        return Double(count) / seconds
    }

    /// Entries that a group was given: what was added and is no lag. The server's own count is taken where it has one.
    func out(_ before: GroupStanding?, _ after: GroupStanding, added: UInt64?) -> Double? {
        guard let before else { return nil }
        if let read = difference(before.info?.entriesRead, after.info?.entriesRead) { return perSecond(read) }
        guard let added, let then = before.likelyLag, let now = after.likelyLag else { return nil }
        let due = then.saturatingAdd(added)
        return due >= now ? perSecond(due - now) : nil
    }

    private func difference(_ before: UInt64?, _ after: UInt64?) -> UInt64? {
        guard let before, let after, after >= before else { return nil }
        return after - before
    }
}

/// How fast a group's stream grows and how fast the group is given entries, and when nothing will be left at that pace.
package struct GroupFlow: Sendable, Equatable {
    /// Entries added to its stream a second; nil where that cannot be told.
    package let rateIn: Double?
    /// Entries it was given a second; nil where that cannot be told.
    package let rateOut: Double?
    /// When it will have been given all that waits.
    package let drain: Drain

    /// What follows from two rates.
    package init(of group: GroupStanding, rateIn: Double?, rateOut: Double?) {
        self.rateIn = rateIn
        self.rateOut = rateOut
        drain = Drain(of: group, rateIn: rateIn, rateOut: rateOut)
    }
}

/// When a group will have been given all that waits for it, if entries go on to come and go as fast as now.
package enum Drain: Sendable, Equatable {
    /// Nothing waits.
    case done
    /// In this many milliseconds.
    case after(UInt64)
    /// No sooner is an entry delivered than another one comes, or none is delivered.
    case never
    /// The lag or the rates are not known.
    case unknown

    init(of group: GroupStanding, rateIn: Double?, rateOut: Double?) {
        if group.lag == .exact(0) {
            self = .done
        } else if group.info == nil {
            self = .unknown
        } else if let rateIn, let rateOut, rateOut <= rateIn, group.lag.isCertainly(atLeast: 1) {
            self = .never
        } else if let rateIn, let rateOut, rateOut > rateIn, let lag = group.likelyLag {
            self = .after(UInt64(min(Double(lag) / (rateOut - rateIn) * 1000, 0x1p53)))
        } else {
            self = .unknown
        }
    }

    /// The time in milliseconds: 0 where nothing waits; nil for never and for unknown.
    package var milliseconds: UInt64? {
        switch self {
        case .done: 0
        case .after(let time): time
        case .never, .unknown: nil
        }
    }
}

extension GroupStanding {
    /// What is known for certain, else what the server's counters say.
    var likelyLag: UInt64? {
        if case .exact(let lag) = lag { lag } else { reportedLag }
    }
}

extension PendingReport {
    /// How each group fared since an earlier look at the same streams, in the order of `groups`.
    package func flows(since earlier: PendingReport) -> [GroupFlow] {
        let rate = FlowRate(from: earlier.now, to: now)
        var added: [[UInt8]: UInt64] = [:]
        for stream in streams {
            let before = earlier.streams.first { $0.definition == stream.definition }
            added[stream.definition.key] = rate.added(before, stream)
        }
        let before = Dictionary(earlier.groups.map { (GroupKey($0), $0) }, uniquingKeysWith: { first, _ in first })
        return groups.map { group in
            let count = added[group.stream.key]
            return GroupFlow(
                of: group,
                rateIn: rate.perSecond(count),
                rateOut: rate.out(before[GroupKey(group)], group, added: count)
            )
        }
    }
}

/// A group of a stream, to be found again at a later look.
struct GroupKey: Hashable {
    private let stream: [UInt8]
    private let group: [UInt8]

    init(_ group: GroupStanding) {
        stream = group.stream.key
        self.group = group.name
    }
}
