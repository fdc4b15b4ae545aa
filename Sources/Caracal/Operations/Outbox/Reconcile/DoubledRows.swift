import Redis
import Text

/// Rows with more than one entry that are to be listed.
struct DoubledRows {
    /// Entries of a row that consumers skip.
    struct Skipped {
        /// The first ones that are known.
        var entries: [EntryID]
        /// How many there are.
        var count: Int
        /// Why the first one is skipped.
        let refusal: SkipReason

        /// Whether one of them is known to have come after an entry.
        func isBehind(_ entry: EntryID) -> Bool { entries.contains { $0 > entry } }

        /// That consumers skip them, and why, in a clause.
        var evidence: TerminalText {
            let (its, it) = count == 1 ? ("its signature is", "it is") : ("their signatures are", "they are")
            let reason: TerminalText = refusal == .unsigned ? "\(it) not signed" : "\(its) not valid"
            guard let first = entries.min() else { return "consumers skip \(count): \(reason)" }
            return "consumers skip \(count == 1 ? "" : "\(count), from ")\(first)\(count == 1 ? "" : " on"): \(reason)"
        }
    }

    /// One of them.
    struct Row {
        /// The number of its stream.
        let number: Int
        /// Its first entries.
        var entries: [EntryID]
        /// How many entries it has.
        var count: Int
        /// Those of these that consumers skip; nil where there is none.
        var skipped: Skipped?
        /// Whether its first one is among them.
        let isWhole: Bool
        /// When it was published, in Unix milliseconds; nil where that is not known.
        let publishedAt: UInt64?

        /// Why it is listed.
        var evidence: TerminalText {
            let all: TerminalText = "\(max(count, entries.count)) entries have its outbox_id"
            return skipped.map { "\(all); \($0.evidence)" } ?? all
        }
    }

    private(set) var rows: [[UInt8]: Row] = [:]

    /// How many entries of a row are kept.
    private static let entryLimit = 10

    /// How many rows there are.
    var count: Int { rows.count }

    /// Adds a row.
    ///
    /// - Parameters:
    ///   - entries: those that are known.
    ///   - count: how many it has.
    ///   - skipped: those of them that consumers skip; nil where there is none.
    mutating func insert(
        _ id: [UInt8],
        _ number: Int,
        _ entries: [EntryID],
        count: Int,
        _ skipped: Skipped?,
        publishedAt: UInt64?
    ) {
        rows[id] = Row(
            number: number,
            entries: entries,
            count: count,
            skipped: skipped,
            isWhole: entries.count >= min(count, Self.entryLimit),
            publishedAt: publishedAt
        )
    }

    /// Notes one more entry of a row, if it is here.
    mutating func note(_ id: [UInt8], _ entry: EntryID, _ refusal: SkipReason?) {
        guard let row = rows[id] else { return }
        rows[id]?.count += 1
        let hasRoom = row.entries.count < Self.entryLimit
        if hasRoom { rows[id]?.entries.append(entry) }
        guard let refusal else { return }
        var skipped = row.skipped ?? Skipped(entries: [], count: 0, refusal: refusal)
        skipped.count += 1
        if hasRoom { skipped.entries.append(entry) }
        rows[id]?.skipped = skipped
    }

    /// Notes an entry that may be one of the first ones of a row, all of which were counted.
    ///
    /// - Parameter refusal: why consumers skip it; asked where it matters.
    mutating func found(_ id: [UInt8], _ entry: EntryID, refusal: () throws -> SkipReason?) rethrows {
        guard let row = rows[id], !row.isWhole, row.entries.count < Self.entryLimit, !row.entries.contains(entry)
        else { return }
        rows[id]?.entries.append(entry)
        guard let refusal = try refusal() else { return }
        var skipped = row.skipped ?? Skipped(entries: [], count: 0, refusal: refusal)
        skipped.entries.append(entry)
        skipped.count = max(skipped.count, skipped.entries.count)
        rows[id]?.skipped = skipped
    }
}

extension DoubledRows.Skipped {
    /// - Parameters:
    ///   - row: what is known of them; nil for nothing.
    ///   - count: how many there are.
    ///   - refusal: why the first one is skipped.
    init(_ row: RefusedEntries.Row?, count: Int, _ refusal: SkipReason) {
        self.init(entries: row?.entries ?? [], count: count, refusal: refusal)
    }
}

extension TableComparison {
    /// Lists the rows with more than one entry.
    func listDoubles() throws {
        try searchFirstEntries()
        for (id, row) in doubles.rows.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            run.items[.duplicate, default: []].append(
                ReconcileReport.Item(
                    outbox: outbox,
                    stream: run.streams[row.number].key,
                    id: id,
                    status: .duplicate,
                    createdAt: UUIDBits(id.span)?.milliseconds,
                    publishedAt: nil,
                    entryIDs: row.entries.sorted(),
                    skippedIDs: row.skipped?.entries.sorted() ?? [],
                    evidence: row.evidence,
                    row: nil
                )
            )
        }
        doubles = DoubledRows()
    }

    /// Looks for the first entries of rows that were forgotten by the time they had a second one: where it should be by their times.
    private func searchFirstEntries() throws {
        let rows = doubles.rows.filter { !$0.value.isWhole }
        try searchByTimes(of: rows.map { ($0.key, $0.value.number, $0.value.publishedAt) }) { id, entry, refusal in
            try doubles.found(id, entry, refusal: refusal)
        }
    }

    /// Reads the entries of the times at which rows were published.
    ///
    /// - Parameter each: is given the `outbox_id` of each entry, its own id, and how to learn why consumers skip it.
    func searchByTimes(
        of rows: [(id: [UInt8], number: Int, publishedAt: UInt64?)],
        each: (_ id: [UInt8], EntryID, _ refusal: () throws -> SkipReason?) throws -> Void
    ) throws {
        var ranges: [Int: [ClosedRange<UInt64>]] = [:]
        for row in rows {
            guard let made = UUIDBits(row.id.span)?.milliseconds else { continue }
            let end = run.onRedis(max(made, row.publishedAt ?? made), earlier: false)
            ranges[row.number, default: []].append(run.onRedis(made, earlier: true)...end)
        }
        for (number, ranges) in ranges.sorted(by: { $0.key < $1.key }) {
            for range in ranges.merged {
                let first = EntryID(milliseconds: range.lowerBound, sequence: 0)
                let last = EntryID(milliseconds: range.upperBound, sequence: .max)
                var size = walks[number].size
                _ = try run.scan(run.streams[number].key, first...last, size: &size) { entry, fields, bytes in
                    guard let name = ReconcileRun.outboxID(fields, bytes) else { return }
                    try each(Array(bytes[name]), entry) { try run.refusal(entry, fields, bytes, of: number) }
                }
            }
        }
    }
}

extension [ClosedRange<UInt64>] {
    /// The same numbers, in order and each in one range.
    fileprivate var merged: [ClosedRange<UInt64>] {
        var merged: [ClosedRange<UInt64>] = []
        for range in sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound...Swift.max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }
}
