import Redis

/// Where a group stands in its stream, and what follows from that.
///
/// Pure rules over XINFO STREAM and XINFO GROUPS. The server's own figures are taken only where they can be right: they
/// are absent before Redis 7, null after an arbitrary start or a deletion ahead of the group, and before Redis 8 and
/// Valkey 9 too large for ever once a group has been overtaken by trimming.
package struct GroupPosition: Sendable, Equatable {
    /// The stream.
    package let stream: StreamInfo
    /// The group.
    package let group: GroupInfo
    /// Whether the server keeps its counters right when trimming overtakes a group.
    package let countersOutliveTrimming: Bool

    /// Describes a position on a server of this version (nil when unknown).
    package init(stream: StreamInfo, group: GroupInfo, version: ServerVersion?) {
        self.stream = stream
        self.group = group
        countersOutliveTrimming = version?.countersOutliveTrimming ?? false
    }

    /// The entries still to be delivered; nil when only counting them can tell (`counted`).
    package var lag: UInt64? {
        guard let first = stream.firstID, let last = stream.lastID, group.lastDeliveredID < last else { return 0 }
        if group.lastDeliveredID < first { return stream.length }
        guard let lag = group.lag, lag >= 1, lag < stream.length else { return nil }
        let isUntouched = stream.entriesAdded == stream.length
        return countersOutliveTrimming || isUntouched ? lag : nil
    }

    /// The lag where counting behind the group's position, up to `limit` entries, came to `count`.
    package static func counted(_ count: Int, limit: Int) -> Quantity {
        count < limit ? .exact(UInt64(count)) : .atLeast(UInt64(count))
    }

    /// The entries between the group's position and the oldest one left: removed before they were delivered.
    ///
    /// What was lost before and read past since leaves no trace. Of a group at `0-0` it is not known whether it was there
    /// when they were removed, and of entries that XDEL may have removed not whether they were trimmed: at most, then.
    package var lost: Quantity {
        guard isOvertaken else { return .exact(0) }
        guard let added = stream.entriesAdded, let maxDeleted = stream.maxDeletedID else { return .unknown }
        if added == stream.length { return .exact(0) }
        let isAtStart = group.lastDeliveredID == .zero
        guard let read = isAtStart ? 0 : group.entriesRead, added >= stream.length, added - stream.length >= read else {
            return .unknown
        }
        let missing = added - stream.length - read
        if missing == 0 { return .exact(0) }
        return isAtStart || maxDeleted > group.lastDeliveredID ? .atMost(missing) : .exact(missing)
    }

    /// Whether the stream now begins behind the group's position.
    private var isOvertaken: Bool {
        group.lastDeliveredID < (stream.firstID ?? stream.lastGeneratedID)
    }

    /// How many entries can still be added before trimming at `bound` removes one that the group has not been given.
    package static func trimHorizon(bound: UInt64, lag: Quantity) -> Quantity {
        switch lag {
        case .exact(let lag): .exact(bound - min(bound, lag))
        case .atLeast(let lag): .atMost(bound - min(bound, lag))
        case .atMost(let lag): .atLeast(bound - min(bound, lag))
        case .unknown: .unknown
        }
    }
}
