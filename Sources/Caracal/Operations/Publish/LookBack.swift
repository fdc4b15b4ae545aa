import RESP
import Redis

/// Searches the new end of a stream for messages of which it is unknown whether they arrived.
///
/// Sound only behind a `ConnectionFence`: before it, a message that is not there may still come. An entry is one of the
/// messages when it has its `outbox_id` and all its fields: ids are not ours alone when the input brings them.
///
/// A message that is not found was never there only if nothing that was added behind the mark can have gone since. What
/// proves that is listed at `isComplete` and `isSameStream`; where nothing does, the search is uncertain.
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
        /// The stream ends before the newest id that it had given: what came later is lost, or the stream was made anew.
        case setBack(to: EntryID)
        /// An entry that the server had acknowledged is not there, although nothing was removed: it is lost.
        case lost(EntryID)
    }

    /// Looks for each of `entries`, which are in the order in which one connection sent them, from the mark to the end that
    /// the stream has now.
    func run(
        for entries: [SentEntry],
        on connection: any CommandChannel
    ) throws(RedisError) -> Result<Found, Refusal> {
        let info: StreamInfo
        switch try connection.ask(XInfoStream(key: stream)) {
        case .failure(let refusal) where refusal.isNoSuchKey: return .success(.uncertain)
        case .failure(let refusal): return .failure(refusal)
        case .success(let value): info = value
        }
        // A stream never takes back an id that it gave: another master's may never have given it.
        guard info.lastGeneratedID >= mark.newest else { return .success(.setBack(to: info.lastGeneratedID)) }
        var search = Search(for: entries)
        let count: UInt64
        switch try walk(to: info.lastGeneratedID, &search, on: connection) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let value): count = value
        }
        if search.isComplete || search.endsAt(info.lastGeneratedID) { return .success(.ids(search.found)) }
        // Asked after the walk: what was taken away during it shows here.
        let evidence = try evidence(on: connection)
        guard isSameStream(info, evidence), isComplete(info, evidence, found: count) else {
            return .success(.uncertain)
        }
        if let id = mark.acknowledged, id > mark.id, !evidence.hasAcknowledged, isCounted(info, count) {
            return .success(.lost(id))
        }
        return .success(.ids(search.found))
    }

    /// Shows every entry behind the mark to `search`, and counts them.
    private func walk(
        to last: EntryID,
        _ search: inout Search,
        on connection: any CommandChannel
    ) throws(RedisError) -> Result<UInt64, Refusal> {
        guard let first = mark.id.next else { return .success(0) }
        var pages = EntryPages(connection, key: stream, first: first, last: last)
        var total: UInt64 = 0
        while true {
            switch try pages.next() {
            case .failure(let refusal): return .failure(refusal)
            case .success(nil): return .success(total)
            case .success(var entries?):
                while try entries.advance(on: connection) { search.look(at: entries) }
                total += UInt64(entries.count)
            }
        }
    }
}

// MARK: - What makes it certain

extension LookBack {
    /// What is seen of the stream after the walk.
    private struct Evidence {
        /// Whether the entry at the mark is there.
        let hasMark: Bool
        /// Whether the newest entry that was acknowledged is there.
        let hasAcknowledged: Bool
        /// What the server has counted since the mark; nil when it does not tell, or did not then.
        let removals: (before: RemovalCount, after: RemovalCount)?
    }

    private func evidence(on connection: any CommandChannel) throws(RedisError) -> Evidence {
        let places = [mark.id, mark.acknowledged ?? mark.id]
        let looks = places.map { XRange(key: stream, first: $0, last: $0, count: 1).command }
        let replies = try connection.pipeline(looks + (mark.removals == nil ? [] : RemovalCount.commands))
        return Evidence(
            hasMark: replies[0].root.count == 1,
            hasAcknowledged: mark.acknowledged != nil && replies[1].root.count == 1,
            removals: mark.removals.flatMap { before in RemovalCount(replies[2...]).map { (before, $0) } }
        )
    }

    /// Whether the stream is the one of the mark, and was not removed and made anew since: an entry of then is there, it
    /// has given no id since, or no key was removed on the server at all. An entry that was acknowledged later proves it
    /// only where nothing was counted before it: the count of a stream made anew begins at 0.
    private func isSameStream(_ info: StreamInfo, _ evidence: Evidence) -> Bool {
        if evidence.hasMark || info.lastGeneratedID == mark.lastGeneratedID && mark.lastGeneratedID > .zero {
            return true
        }
        if evidence.hasAcknowledged, (mark.entriesAdded ?? 0) == 0 { return true }
        return evidence.removals.map { $0.after.showsNoReplacement(since: $0.before) } ?? false
    }

    /// Whether every entry that was ever added behind the mark was seen by the walk.
    ///
    /// - No id was given since the mark: nothing was added.
    /// - Redis 7 and later count what is added; as many must have been found. (The greatest id deleted proves nothing: `XTRIM
    ///   … ACKED` of Redis 8.2 leaves it alone.) Counts of a stream that came from Redis 6 are wrong, their difference is
    ///   not.
    /// - Redis 6 does not count. There trimming takes the oldest first, so that it has spared what lies behind an entry that
    ///   is there; anything else that removes entries has to be called, and calls are counted.
    private func isComplete(_ info: StreamInfo, _ evidence: Evidence, found count: UInt64) -> Bool {
        if info.lastGeneratedID == mark.lastGeneratedID { return true }
        guard mark.entriesAdded == nil, info.entriesAdded == nil else { return isCounted(info, count) }
        guard evidence.hasMark || evidence.hasAcknowledged else { return false }
        return evidence.removals.map { $0.after.showsNoRemoval(since: $0.before) } ?? false
    }

    /// Whether as many entries were found as were added since the mark.
    private func isCounted(_ info: StreamInfo, _ count: UInt64) -> Bool {
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

        /// Whether the stream's newest id is that of a message, and all that were sent before it were found. One connection's
        /// commands run in order, so that those behind it never ran.
        func endsAt(_ newest: EntryID) -> Bool {
            guard let last = found.lastIndex(where: { $0 != nil }), found[last] == newest else { return false }
            return found[...last].allSatisfy { $0 != nil }
        }

        /// Notes the entry that was read last when it is one of those that are looked for.
        mutating func look(at entry: EntryReader) {
            let bytes = entry.bytes
            let field = entry.fields.first { bytes[$0.name].elementsEqual(FieldName.outboxID) }
            guard let name = field.map({ Array(bytes[$0.value]) }), let candidates = places[name],
                let index = candidates.firstIndex(where: { entries[$0].hasFields(of: entry) }), let id = entry.id
            else { return }
            found[candidates[index]] = id
            // Of several that are the same, each entry is one.
            places[name]?.remove(at: index)
            if candidates.count == 1 { places[name] = nil }
        }
    }
}

extension SentEntry {
    /// Whether an entry of the stream has these fields, in this order and no others.
    fileprivate func hasFields(of entry: EntryReader) -> Bool {
        let bytes = entry.bytes
        return entry.fields.elementsEqual(fields) { range, field in
            bytes[range.name].elementsEqual(field.name) && bytes[range.value].elementsEqual(field.value)
        }
    }
}
