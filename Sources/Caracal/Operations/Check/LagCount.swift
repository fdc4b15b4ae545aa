import RESP
import Redis

/// Counts the entries behind a group's position as far as a judgement needs it, where the server's counters cannot tell.
struct LagCount {
    let threshold: Threshold

    /// Replaces a lag that is only known to be at least so much, and that may or may not cross a limit.
    func settle(_ group: inout GroupStanding, on connection: any CommandChannel) throws(RedisError) {
        guard case .atLeast(let known) = group.lag, let limit = threshold.settled, known < limit,
            let first = group.info?.lastDeliveredID.next
        else { return }
        var pages = EntryPages(connection, key: group.stream.key, first: first, last: .maximum)
        var page = Reply()
        var count: UInt64 = 0
        while count < limit {
            guard case .success(let entries) = try pages.next(into: &page) else { return }
            guard entries > 0 else {
                group.lag = .exact(count)
                return
            }
            count += UInt64(entries)
        }
        try pages.finish(into: &page)
        group.lag = .atLeast(count)
    }
}
