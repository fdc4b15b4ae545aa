import RESP
import Redis

/// Searches the new end of a stream for messages of which it is unknown whether they arrived.
///
/// Sound only behind a `ConnectionFence`: before it, a message that is not there may still come. An entry is one of the
/// messages when it has its `outbox_id` and all its fields: ids are not ours alone when the input brings them.
struct LookBack {
    let stream: [UInt8]
    /// Where the stream ended before the messages were sent.
    let mark: StreamMark

    /// What a search came to.
    enum Found: Equatable {
        /// The ids they have, nil for those that are certainly not there.
        case ids([EntryID?])
        /// Entries behind the mark may have been there and gone, so that nothing is certain.
        case uncertain
        /// The stream ends before the mark, which it once had: what came later is lost, or the stream was made anew.
        case setBack(to: EntryID)
    }

    /// Looks for each of `entries` from the mark to the end that the stream has now.
    func run(
        for entries: [SentEntry],
        on connection: any CommandChannel
    ) throws(RedisError) -> Result<Found, Refusal> {
        let anchor = XRange(key: stream, first: mark.id, last: mark.id, count: 1)
        let replies = try connection.pipeline([XInfoStream(key: stream).command, anchor.command])
        let info: StreamInfo
        switch try connection.read(replies[0], of: XInfoStream(key: stream)) {
        case .failure(let refusal) where refusal.isNoSuchKey: return .success(.uncertain)
        case .failure(let refusal): return .failure(refusal)
        case .success(let value): info = value
        }
        // A stream never takes back an id that it gave: another master's may never have given it.
        guard info.lastGeneratedID >= mark.id else { return .success(.setBack(to: info.lastGeneratedID)) }
        var search = Search(for: entries)
        switch try walk(to: info.lastGeneratedID, &search, on: connection) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let count):
            let isWhole = isWhole(info, isAnchored: replies[1].root.count == 1, found: count)
            return .success(isWhole || search.isComplete ? .ids(search.found) : .uncertain)
        }
    }

    /// Shows every entry behind the mark to `search`, and counts them.
    private func walk(
        to last: EntryID,
        _ search: inout Search,
        on connection: any CommandChannel
    ) throws(RedisError) -> Result<UInt64, Refusal> {
        guard let first = mark.id.next else { return .success(0) }
        var pages = EntryPages(connection, key: stream, first: first, last: last)
        var page = Reply()
        var total: UInt64 = 0
        while true {
            switch try pages.next(into: &page) {
            case .failure(let refusal): return .failure(refusal)
            case .success(0): return .success(total)
            case .success(let count):
                for entry in page.root.elements { search.look(at: entry) }
                total += UInt64(count)
            }
        }
    }

    /// Whether every entry that ever was behind the mark is still there. Trimming takes the oldest first, so that it has
    /// spared them when the entry at the mark is there; a deletion behind it shows in the greatest id deleted. Else as
    /// many must be there as were added, which Redis counts from version 7 on.
    private func isWhole(_ info: StreamInfo, isAnchored: Bool, found count: UInt64) -> Bool {
        if isAnchored, info.maxDeletedID.map({ $0 <= mark.id }) ?? true { return true }
        guard let before = mark.entriesAdded, let after = info.entriesAdded, after >= before else { return false }
        return after - before == count
    }
}

extension LookBack {
    /// What has been found so far.
    private struct Search {
        private let entries: [SentEntry]
        private var places: [[UInt8]: [Int]] = [:]
        private(set) var found: [EntryID?]

        init(for entries: [SentEntry]) {
            self.entries = entries
            found = Array(repeating: nil, count: entries.count)
            for (place, entry) in entries.enumerated() { places[entry.outboxID ?? [], default: []].append(place) }
        }

        /// Whether every one of them was found.
        var isComplete: Bool { places.isEmpty }

        /// Notes an entry of the stream, `[id, fields]`, when it is one of those that are looked for.
        mutating func look(at entry: ReplyValue) {
            guard let name = entry[1]?[field: "outbox_id"]?.text.map({ Array($0) }), let candidates = places[name],
                let index = candidates.firstIndex(where: { entries[$0].hasFields(of: entry) }),
                let id = entry[0]?.text.flatMap({ EntryID($0) })
            else { return }
            found[candidates[index]] = id
            // Of several that are the same, each entry is one.
            places[name]?.remove(at: index)
            if candidates.count == 1 { places[name] = nil }
        }
    }
}

extension SentEntry {
    /// Whether an entry of the stream, `[id, fields]`, has these fields, in this order and no others.
    fileprivate func hasFields(of entry: ReplyValue) -> Bool {
        guard let pairs = entry[1]?.pairs else { return false }
        return pairs.elementsEqual(fields) { pair, field in
            pair.0.text?.elementsEqual(field.name) ?? false && pair.1.text?.elementsEqual(field.value) ?? false
        }
    }
}
