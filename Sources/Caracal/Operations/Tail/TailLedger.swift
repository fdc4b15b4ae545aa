import Redis
import Text

/// Keeps count of a stream's entries, so that it is known how many were never read.
///
/// `entries-added` only ever grows, whatever is trimmed or deleted: what was added and not read is missing. Each look opens an
/// audit of what was added since the one before, which closes when everything up to it was read.
struct TailLedger: Sendable, Equatable {
    /// Entries ever added, as the server last said; nil before Redis 7.
    private var added: UInt64?
    /// The newest entry those count.
    private var mark: EntryID
    /// Entries read behind `mark`.
    private var read: UInt64 = 0
    /// What has to be accounted for since the last look; nil when nothing is open.
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

    /// Whether `last` is the id of an entry that was read, and not only a place to begin at.
    private var isAtEntry: Bool
    /// The first entry read since the last look that followed on another one; nil when there is none.
    private var firstRead: EntryID?

    /// A ledger from a look at the stream; nil for one that is not there.
    ///
    /// - Parameter isAtEntry: whether the newest entry that was read before is in the stream.
    init(_ info: StreamInfo?, isAtEntry: Bool = true) {
        added = info == nil ? 0 : info?.entriesAdded
        mark = info?.lastGeneratedID ?? .zero
        self.isAtEntry = isAtEntry && info != nil
    }

    /// Notes an entry that was read.
    mutating func note(_ id: EntryID) {
        if isAtEntry, firstRead == nil { firstRead = id }
        isAtEntry = true
        if let open = audit, id <= open.end {
            if id > open.start { audit?.read += 1 }
        } else if id > mark {
            read += 1
        }
    }

    /// Compares what is there with what was read and counted before, `last` being the newest entry that was read. Says what is
    /// amiss at once; what may still be read is accounted for by `settle`.
    ///
    /// - Parameter isSameServer: whether it is the server of the look before, whose streams do not lose their newest entries
    ///   unless somebody deletes them.
    mutating func look(_ info: StreamInfo?, last: EntryID, isSameServer: Bool) -> TailGap? {
        let before = self
        self = TailLedger(info, isAtEntry: before.isAtEntry)
        let newest = before.isAtEntry ? max(before.mark, last) : before.mark
        guard let info else { return newest == .zero ? nil : .replaced }
        let isOld = info.firstID.map { $0 <= last } ?? (info.lastGeneratedID != .zero)
        let setBack = isSameServer || !isOld ? TailGap.replaced : .setBack
        guard info.lastGeneratedID >= newest else { return setBack }
        let isOvertaken = before.isAtEntry && info.firstID.map { $0 > last } ?? (info.lastGeneratedID > last)
        guard let counted = before.added, let now = added else {
            // Where the stream begins with what was read first, or later, what lay before it may have been trimmed unread.
            let mayBegin = before.firstRead.map { read in info.firstID.map { $0 >= read } ?? true } ?? false
            return unknown(if: isOvertaken || mayBegin)
        }
        let (fresh, isLess) = now.subtractingReportingOverflow(counted.saturatingAdd(before.read))
        // What was made anew has counted fewer.
        if isLess { return setBack }
        let start = before.audit?.start ?? before.mark
        audit = Audit(
            start: max(start, last),
            end: info.lastGeneratedID,
            expected: fresh + (before.audit?.missing ?? 0)
        )
        // What was there before anything was counted can only be guessed at.
        return unknown(if: last < start && isOvertaken)
    }

    /// Entries may be missing. It is said once: until another one is read there is nothing new to be missing.
    private mutating func unknown(if isOvertaken: Bool) -> TailGap? {
        guard isOvertaken else { return nil }
        isAtEntry = false
        return .unknown
    }

    /// Closes an audit once everything up to `last` was read: by then whatever is missing was trimmed.
    mutating func settle(last: EntryID, isCaughtUp: Bool) -> TailGap? {
        guard let audit, isCaughtUp || last >= audit.end else { return nil }
        self.audit = nil
        return audit.missing > 0 ? .missed(audit.missing) : nil
    }
}

/// What happened to a stream between two looks.
package enum TailGap: Sendable, Equatable {
    /// This many entries were added, and trimmed or deleted before they could be read.
    case missed(UInt64)
    /// Entries may have been trimmed: the oldest one lies behind what was read last, and nobody counted (Redis before 7).
    case unknown
    /// Entries that were shown are gone from its end, and older ones are there: a failover has lost them.
    case setBack
    /// The stream was deleted, or deleted and made anew.
    case replaced

    /// The gap as a finding about a stream.
    package func finding(_ stream: StreamDefinition) -> Finding {
        let name = stream.name
        return switch self {
        case .missed(let count):
            Finding(
                .missed,
                .warning,
                stream: name,
                count == 1
                    ? "\(name): 1 entry was trimmed or deleted before it could be read"
                    : "\(name): \(count) entries were trimmed or deleted before they could be read"
            )
        case .unknown:
            Finding(
                .mayHaveMissed,
                .warning,
                stream: name,
                "\(name): entries may have been trimmed before they could be read"
            )
        case .setBack:
            Finding(
                .setBack,
                .warning,
                stream: name,
                "\(name) has lost its newest entries, which were shown: a failover does that, or somebody made the stream anew"
            )
        case .replaced:
            Finding(
                .replaced,
                .warning,
                stream: name,
                "\(name) was deleted, and perhaps made anew: what is in it now is shown from its beginning"
            )
        }
    }
}
