import Redis

/// One of the streams that are followed: how far it was read, and what waits for its turn.
struct TailStream: Sendable {
    let definition: StreamDefinition
    let key: [UInt8]
    /// The newest entry that was read.
    private(set) var last: EntryID
    /// Entries that were read and have to wait for older ones of other streams.
    private(set) var waiting: [TailEntry] = []
    /// Whether the last reply had as many entries as it may: there may be more.
    private(set) var isBehind: Bool
    private var ledger: TailLedger
    /// The newest entry that was read when the stream was looked at last.
    private var lookedAt: EntryID

    /// - Parameter isAtEntry: whether `last` is an entry's id, and not only a place to begin at.
    init(
        _ definition: StreamDefinition,
        _ info: StreamInfo?,
        after last: EntryID,
        isBehind: Bool,
        isAtEntry: Bool = true
    ) {
        self.definition = definition
        key = definition.key
        self.last = last
        self.isBehind = isBehind
        ledger = TailLedger(info, isAtEntry: isAtEntry)
        lookedAt = last
    }

    /// Notes an entry that was read; `entry` is nil when nobody wants to see it.
    mutating func note(_ id: EntryID, _ entry: TailEntry?) {
        last = id
        ledger.note(id)
        if let entry { waiting.append(entry) }
    }

    /// Ends a reply that was read.
    mutating func endReply(isFull: Bool) -> TailGap? {
        isBehind = isFull
        return ledger.settle(last: last, isCaughtUp: !isFull)
    }

    /// Compares the stream as it is now with what was read of it, before it is read on.
    mutating func look(_ info: StreamInfo?) -> TailGap? {
        let before = lookedAt
        lookedAt = last
        let gap = ledger.look(info, last: last, isSameServer: true)
        // Entries with greater ids than were asked for have been read already, also those of a stream that was made anew.
        if gap == .replaced, info?.firstID.map({ $0 <= before }) ?? true {
            beginAnew(info)
        }
        return gap
    }

    /// Goes on after an interruption.
    mutating func resume(_ info: StreamInfo?) -> TailGap? {
        isBehind = true
        let gap = ledger.look(info, last: last, isSameServer: false)
        switch gap {
        case .replaced: beginAnew(info)
        // What comes next is new, also when its id is that of an entry which is lost.
        case .setBack: last = min(last, info?.lastGeneratedID ?? last)
        case .missed, .unknown, nil: break
        }
        lookedAt = last
        return gap
    }

    /// Reads a stream that took the place of the one that was read, from its beginning.
    private mutating func beginAnew(_ info: StreamInfo?) {
        (last, lookedAt, isBehind) = (.zero, .zero, true)
        ledger = TailLedger(info, isAtEntry: false)
    }

    /// Takes the entries whose turn has come: those up to `limit`.
    mutating func take(through limit: EntryID) -> [TailEntry] {
        let count = waiting.firstIndex { $0.id > limit } ?? waiting.count
        defer { waiting.removeFirst(count) }
        return Array(waiting.prefix(count))
    }
}
