import Redis

/// Where a group stands in its stream, and what follows from that.
///
/// Pure rules over XINFO STREAM and XINFO GROUPS, which take the server's counters for what they are. `entries-read` can be set to
/// anything by hand, is null after an arbitrary start or a deletion ahead of the group, and is wrong before Redis 8 once trimming
/// has overtaken the group. A stream that came from Redis 6.2, in a dump or in a snapshot file, begins with an `entries-added` that
/// is its length and a `max-deleted-entry-id` of `0-0`, as one from which nothing was ever removed. No snapshot tells such
/// streams from others, so only what holds for all of them is called exact.
package struct GroupPosition: Sendable, Equatable {
    /// The stream.
    package let stream: StreamInfo
    /// The group.
    package let group: GroupInfo

    /// Whether it was put (XGROUP SETID, XGROUP CREATE) beyond the last id of the stream: it is given none of the entries that are
    /// added before the ids have come that far.
    package var isBeyondStream: Bool { group.lastDeliveredID > stream.lastGeneratedID }

    /// The entries still to be delivered; nil when only counting them can tell (`EntryCount`).
    ///
    /// Nothing lies behind a group that was given the newest entry, and everything behind one that stands ahead of the oldest. Of
    /// one that was put beyond the stream's last id no count tells what it was given, and what it will be.
    package var lag: UInt64? {
        guard !isBeyondStream else { return nil }
        guard let first = stream.firstID, let last = stream.lastID, group.lastDeliveredID < last else { return 0 }
        return group.lastDeliveredID < first ? stream.length : nil
    }

    /// The oldest entry still to be delivered, where the stream's ends tell it; nil when none is, or only a look can tell.
    package var nextID: EntryID? {
        guard !isBeyondStream, let first = stream.firstID, group.lastDeliveredID < first else { return nil }
        return first
    }

    /// What the server's counters make of a lag that only counting can tell; nil where they are missing or impossible: a group between
    /// the oldest and the newest entry has at least one to come, and fewer than there are.
    ///
    /// The server gives no lag once an entry was deleted ahead of the group. The lag then lies between `length - entries-read`, where
    /// all deleted ones were ahead, and `entries-added - entries-read`, where none was: the greater one is taken.
    package var reportedLag: UInt64? {
        guard !isBeyondStream, self.lag == nil, stream.length > 1 else { return nil }
        let possible = 1..<stream.length
        if let lag = group.lag { return possible.contains(lag) ? lag : nil }
        guard let added = stream.entriesAdded, let read = group.entriesRead, added > read, added >= stream.length,
            stream.length <= read || possible.contains(stream.length - read)
        else { return nil }
        return min(added - read, stream.length - 1)
    }

    /// The entries behind the group's position that were removed, so that it will not be given them.
    ///
    /// What was removed and passed over since leaves no trace. Certain is only: nothing was removed behind the greatest id that was
    /// ever generated, and XDEL removed the entry that the stream names as its greatest deleted one. Whether the group had been given
    /// that one before is known only of a group that has read its way to where it stands.
    package var lost: Quantity {
        guard !isBeyondStream else { return .unknown }
        guard group.lastDeliveredID < stream.lastGeneratedID else { return .exact(0) }
        return isDeletedBehind && hasReadItsWay ? .atLeast(1) : .unknown
    }

    /// Whether XDEL removed an entry behind the group's position.
    private var isDeletedBehind: Bool {
        group.lastDeliveredID < stream.lastGeneratedID && (stream.maxDeletedID ?? .zero) > group.lastDeliveredID
    }

    /// Whether the group came to its position by reading, so that what was deleted behind it was deleted since.
    ///
    /// The server counts what a group has read, and forgets the count where the group is put somewhere (XGROUP SETID, XGROUP CREATE),
    /// or reads while a deleted entry is still to come. A group at `0-0` may have been put back there, or made after the deletion.
    private var hasReadItsWay: Bool { group.entriesRead != nil && group.lastDeliveredID > .zero }

    /// What to make of entries that the group may have lost; nil where nothing speaks for a loss.
    ///
    /// Trimming removes from the front, so that it can only have overtaken a group that stands ahead of the oldest entry. Of a group at
    /// `0-0` it is not known whether it was there when they were removed.
    package var loss: GroupLoss? {
        let certain: GroupLoss? = if case .atLeast(let count) = lost { .certain(count) } else { nil }
        let likely = certain ?? (isDeletedBehind ? .deleted : nil)
        guard isOvertaken else { return likely }
        guard let reported = reportedLoss else { return certain ?? .possible }
        return reported > 1 || certain == nil && reported > 0 ? .reported(reported) : likely
    }

    /// Whether the stream now begins behind the group's position and the entry that would follow on it.
    private var isOvertaken: Bool {
        group.lastDeliveredID < stream.lastGeneratedID
            && group.lastDeliveredID.next ?? .maximum < (stream.firstID ?? .maximum)
    }

    /// What the counters make of the entries between the position and the oldest entry left; nil where they say nothing.
    private var reportedLoss: UInt64? {
        guard let added = stream.entriesAdded, added >= stream.length else { return nil }
        let removed = added - stream.length
        if removed == 0 { return 0 }
        guard group.lastDeliveredID > .zero, let read = group.entriesRead, removed >= read else { return nil }
        return removed - read
    }

    /// How many entries can still be added before trimming at `bound` removes one that the group has not been given.
    package static func trimHorizon(bound: UInt64, lag: Quantity) -> Quantity {
        let rest = { (lag: UInt64) in bound - min(bound, lag) }
        return switch lag {
        case .exact(let lag): .exact(rest(lag))
        case .atLeast(let lag): .atMost(rest(lag))
        case .atMost(let lag): .atLeast(rest(lag))
        case .reported(let lag): .reported(rest(lag))
        case .unknown: .unknown
        }
    }
}

/// Entries that a group was not given before they were removed.
package enum GroupLoss: Sendable, Equatable {
    /// This many or more are certainly gone.
    case certain(UInt64)
    /// The server's counters say this many, which nothing confirms: they can be set by hand, and those of a stream that came from Redis
    /// 6.2 know nothing of what was removed before.
    case reported(UInt64)
    /// The stream begins behind the group's position, and nothing tells whether entries were removed there.
    case possible
    /// XDEL removed an entry behind the group's position, and nothing tells whether the group had been given it before: it was put
    /// where it stands, was given nothing yet, or has read on since.
    case deleted

    /// Whether nothing tells if there is a loss at all.
    package var isOpen: Bool {
        switch self {
        case .certain, .reported: false
        case .possible, .deleted: true
        }
    }

    /// What the server's counters say, where nothing confirms it; nil where there is better, or nothing.
    package var reported: UInt64? {
        if case .reported(let count) = self { count } else { nil }
    }

    /// What to say of a group with such a loss, to follow on its name.
    ///
    /// - Parameter form: how a number is written.
    package func text(_ form: (UInt64) -> String = { "\($0)" }) -> String {
        switch self {
        case .certain(let count):
            "lost at least \(form(count)) \(Self.entries(count)): deleted before \(Self.verb(count)) delivered"
        case .reported(let count):
            "lost \(form(count)) \(Self.entries(count)) by the server's counters: removed before \(Self.verb(count)) delivered"
        case .possible:
            "may have lost entries: the stream begins behind its position, and the server does not tell what was removed"
        case .deleted:
            "may have lost entries: one behind its position was deleted, and the server does not tell whether it had been delivered"
        }
    }

    private static func entries(_ count: UInt64) -> String { count == 1 ? "entry" : "entries" }
    private static func verb(_ count: UInt64) -> String { count == 1 ? "it was" : "they were" }
}
