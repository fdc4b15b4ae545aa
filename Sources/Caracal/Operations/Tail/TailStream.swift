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

    init(_ definition: StreamDefinition, _ info: StreamInfo?, after last: EntryID, isBehind: Bool) {
        self.definition = definition
        key = definition.key
        self.last = last
        self.isBehind = isBehind
        ledger = TailLedger(info)
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

    /// Goes on after an interruption.
    mutating func resume(_ info: StreamInfo?) -> TailGap? {
        isBehind = true
        let gap = ledger.resume(info, last: last)
        switch gap {
        case .replaced: last = .zero
        // What comes next is new, also when its id is that of an entry which is lost.
        case .setBack: last = min(last, info?.lastGeneratedID ?? last)
        case .missed, .unknown, nil: break
        }
        return gap
    }

    /// Takes the entries whose turn has come: those up to `limit`.
    mutating func take(through limit: EntryID) -> [TailEntry] {
        let count = waiting.firstIndex { $0.id > limit } ?? waiting.count
        defer { waiting.removeFirst(count) }
        return Array(waiting.prefix(count))
    }
}
