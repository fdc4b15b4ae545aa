import Redis

/// What a frame warns of beside its figures: faults that no count shows.
package enum WatchMark: String, Sendable, CaseIterable {
    /// Entries were removed before the group was given them, for certain or by the server's counters.
    case lost
    /// The group was put behind entries that it may not have read, or stands beyond the stream's end.
    case skipped
    /// A consumer that is gone holds entries.
    case gone
    /// Of the newest entries some have a signature that does not hold, or lack one.
    case badSignatures = "bad_signatures"
    /// An entry has an id ahead of the server's clock, and so has every later one.
    case future

    /// As a table shows it.
    package var word: String {
        switch self {
        case .lost, .skipped, .gone, .future: rawValue
        case .badSignatures: "bad sig"
        }
    }

    /// What is wrong with a group.
    static func marks(of group: GroupStanding, in stream: StreamInfo?) -> [WatchMark] {
        guard let stream, group.info != nil else { return [] }
        var marks: [WatchMark] = []
        switch group.loss {
        case .certain where group.canLose, .reported where group.canLose: marks.append(.lost)
        case .certain, .reported, .possible, .deleted, nil: break
        }
        if group.hasSkipped(in: stream) == true { marks.append(.skipped) }
        if group.consumers?.contains(where: { $0.state == .gone && $0.info.pending > 0 }) == true {
            marks.append(.gone)
        }
        return marks
    }

    /// What is wrong with a stream itself.
    ///
    /// - Parameter now: the server's clock in Unix milliseconds; nil when it is not known.
    static func marks(of stream: ObservedStream, hasBadSignatures: Bool, now: UInt64?) -> [WatchMark] {
        let lead = stream.idLead(at: now) ?? 0
        return (hasBadSignatures ? [.badSignatures] : []) + (lead > FutureEntries.leeway ? [.future] : [])
    }
}
