import Redis

/// Keeps count of a stream's entries, so that after a gap it is known how many were never read.
///
/// `entries-added` only ever grows, whatever is trimmed or deleted: what was added and not read is missing.
struct TailLedger: Sendable, Equatable {
    /// Entries ever added, as the server last said; nil before Redis 7.
    private var added: UInt64?
    /// The newest entry those count.
    private var mark: EntryID
    /// Entries read behind `mark`.
    private var read: UInt64 = 0
    /// What has to be accounted for since the last interruption; nil when nothing is open.
    private var audit: Audit?

    private struct Audit: Equatable {
        /// The id behind which entries count.
        let start: EntryID
        /// The last id that counts.
        let end: EntryID
        /// How many entries were added from the one to the other.
        let expected: UInt64
        var read: UInt64 = 0

        var missing: UInt64 { expected > read ? expected - read : 0 }
    }

    /// A ledger from a look at the stream; nil for one that is not there.
    init(_ info: StreamInfo?) {
        added = info == nil ? 0 : info?.entriesAdded
        mark = info?.lastGeneratedID ?? .zero
    }

    /// Notes an entry that was read.
    mutating func note(_ id: EntryID) {
        if let open = audit, id <= open.end {
            if id > open.start { audit?.read += 1 }
        } else if id > mark {
            read += 1
        }
    }

    /// Begins anew after an interruption, `last` being the newest entry that was read. Says what is amiss at once.
    mutating func resume(_ info: StreamInfo?, last: EntryID) -> TailGap? {
        let before = self
        self = TailLedger(info)
        guard let info else { return last == .zero ? nil : .replaced }
        let isOld = info.firstID.map { $0 <= last } ?? (info.lastGeneratedID != .zero)
        guard info.lastGeneratedID >= last else { return isOld ? .setBack : .replaced }
        let mayHaveLost = last != .zero && info.firstID.map { $0 > last } ?? (info.lastGeneratedID > last)
        guard let counted = before.added, let now = added else { return mayHaveLost ? .unknown : nil }
        let (fresh, isLess) = now.subtractingReportingOverflow(counted.saturatingAdd(before.read))
        // What was made anew has none of the ids of before.
        if isLess { return isOld ? .setBack : .replaced }
        // What was there before anything was counted can only be guessed at.
        if before.audit == nil, last < before.mark, mayHaveLost { return .unknown }
        audit = Audit(
            start: before.audit == nil ? before.mark : last,
            end: info.lastGeneratedID,
            expected: fresh + (before.audit?.missing ?? 0)
        )
        return nil
    }

    /// Closes an audit once everything up to `last` was read: by then whatever is missing was trimmed.
    mutating func settle(last: EntryID, isCaughtUp: Bool) -> TailGap? {
        guard let audit, isCaughtUp || last >= audit.end else { return nil }
        self.audit = nil
        return audit.missing > 0 ? .missed(audit.missing) : nil
    }
}
