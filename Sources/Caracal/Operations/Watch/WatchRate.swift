import Redis

/// How fast counters moved between two frames. A counter that went backwards, as after a restart without files, has no rate.
struct WatchRate {
    /// Seconds between the frames by the server's clock; nil when unknown, or when the clock stood still.
    private let seconds: Double?

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
        guard let added, let then = lag(before), let now = lag(after) else { return nil }
        let due = then.saturatingAdd(added)
        return due >= now ? perSecond(due - now) : nil
    }

    /// What is known for certain, else the server's own figure.
    private func lag(_ group: GroupStanding) -> UInt64? {
        if case .exact(let lag) = group.lag { lag } else { group.reportedLag }
    }

    private func difference(_ before: UInt64?, _ after: UInt64?) -> UInt64? {
        guard let before, let after, after >= before else { return nil }
        return after - before
    }
}
