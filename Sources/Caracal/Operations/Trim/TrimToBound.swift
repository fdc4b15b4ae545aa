import Redis

/// Plans a trimming that leaves as many entries as the stream's bound.
///
/// Where the bound falls only counting can tell, so the entries over it are read once, page by page.
struct TrimToBound {
    let trim: Trim
    let info: StreamInfo
    let groups: [GroupInfo]
    let costs: [TrimPlan.GroupCost]
    let abandoned: [TrimPlan.AbandonedGroup]
    /// How many entries the stream has over its bound.
    let excess: UInt64

    /// Nil where entries were deleted since the look, so that it does not hold.
    ///
    /// - Parameter floor: the oldest entry that must stay for a group's sake; nil when none must.
    func plan(floor: EntryID?, on connection: any CommandChannel) throws(RedisError) -> TrimPlan? {
        guard excess > 0, let first = info.firstID, let last = info.lastID, floor.map({ $0 > first }) ?? true else {
            return trim.plan(info, minID: nil, removes: .exact(0), costs, abandoned)
        }
        var count: UInt64 = 0
        var minID: EntryID?
        var undelivered = groups.map { _ in UInt64(0) }
        var pages = EntryPages(connection, key: trim.stream.key, first: first, last: last)
        while minID == nil, var page = try pages.next().get(on: connection) {
            while minID == nil, try page.advance(on: connection) {
                guard let id = page.id else { throw connection.misshapen("XRANGE") }
                if count == excess || floor.map({ id >= $0 }) ?? false {
                    minID = id
                } else {
                    count += 1
                    for index in groups.indices where id > groups[index].lastDeliveredID { undelivered[index] += 1 }
                }
            }
        }
        try pages.finish()
        guard minID != nil || count == excess else { return nil }
        // A group may need an entry that was deleted: it is not met here, and a step would still be held by it.
        let reached = minID ?? last.next ?? .maximum
        let end = floor.map { min($0, reached) } ?? reached
        let losses = try losses(before: end, undelivered, on: connection)
        return trim.plan(info, minID: count > 0 ? end : nil, removes: .exact(count), losses, abandoned)
    }

    private func losses(
        before end: EntryID,
        _ undelivered: [UInt64],
        on connection: any CommandChannel
    ) throws(RedisError) -> [TrimPlan.GroupCost] {
        guard trim.isForced else { return costs }
        var losses = costs
        for index in groups.indices {
            losses[index].undelivered = .exact(undelivered[index])
            losses[index].position = groups[index].lastDeliveredID
            losses[index].pending = try pending(groups[index], before: end, on: connection)
            losses[index].unacknowledged = UInt64(losses[index].pending.count)
        }
        return losses
    }

    /// The entries that go, were given to a group and are pending; what was trimmed before is lost already, and what lies
    /// behind its position it is to be given again.
    private func pending(
        _ group: GroupInfo,
        before end: EntryID,
        on connection: any CommandChannel
    ) throws(RedisError) -> [EntryID] {
        let last = min(end, group.lastDeliveredID)
        var pages = PendingPages(connection, key: trim.stream.key, group: group.name, upTo: last)
        var pending: [EntryID] = []
        while let page = try pages.next().get(on: connection) {
            let ids = page.entries.map(\.id).filter { $0 < end }
            let presences = try connection.presence(of: ids, key: trim.stream.key, stream: page.stream)
            pending += zip(ids, presences).filter { $1.exists != false }.map(\.0)
        }
        return pending
    }
}
