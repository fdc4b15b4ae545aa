import Redis
import Text

/// The entries that consumers skip of some rows, by the rows' ids. Such an entry does not make a row present: nobody acts upon it.
///
/// How many a row has is kept with the row. The entries themselves are kept of those rows that come first, since not all are listed.
struct RefusedEntries {
    /// Those of one row.
    struct Row {
        /// The number of its stream.
        let number: Int
        /// The first of them.
        var entries: [EntryID] = []
        /// How many there are.
        var count = 0
        /// Why the first one is skipped.
        let refusal: SkipReason
        /// When it was published, in Unix milliseconds; nil where that is not known.
        let publishedAt: UInt64?
        /// Whether it was taken for trimmed.
        let isTrimmed: Bool
        /// Whether more than one valid entry was found.
        var isDoubled = false
    }

    private(set) var rows: [[UInt8]: Row] = [:]
    /// How many rows have entries here that were not taken for trimmed, at most.
    private let room: Int
    /// How many rows were taken for trimmed.
    private(set) var trimmedCount = 0

    /// How many entries of a row are kept.
    private static let entryLimit = 10

    /// - Parameter limit: how many rows are listed. Some of the first ones turn out not to be.
    init(limit: Int) {
        room = min(limit, Int.max / 4) * 2 + 1_000
    }

    /// Whether a row that was not taken for trimmed has room.
    var hasRoom: Bool { rows.count - trimmedCount < room }

    /// Notes an entry.
    ///
    /// - Parameters:
    ///   - id: the id of its row.
    ///   - number: the number of its stream.
    mutating func note(
        _ id: [UInt8],
        _ number: Int,
        _ entry: EntryID,
        _ refusal: SkipReason,
        publishedAt: UInt64? = nil,
        isTrimmed: Bool = false
    ) {
        var row = rows[id]
        if row == nil, isTrimmed { trimmedCount += 1 }
        row = row ?? Row(number: number, refusal: refusal, publishedAt: publishedAt, isTrimmed: isTrimmed)
        row?.count += 1
        if row?.entries.count ?? 0 < Self.entryLimit { row?.entries.append(entry) }
        rows[id] = row
    }

    /// Forgets a row; what was known of its entries.
    @discardableResult
    mutating func forget(_ id: [UInt8]) -> Row? {
        let row = rows.removeValue(forKey: id)
        if row?.isTrimmed == true { trimmedCount -= 1 }
        return row
    }

    /// Remembers which of the rows have more than one valid entry, before that is forgotten.
    mutating func remember(_ found: borrowing ComparedRows) {
        for (id, row) in rows where row.isTrimmed {
            rows[id]?.isDoubled = UUIDBits(id.span).map { found.isForgottenDouble($0) } ?? false
        }
    }

    /// Why a row is called invalid, in a clause.
    ///
    /// - Parameters:
    ///   - count: how many entries consumers skip.
    ///   - refusal: why they skip the first one.
    static func evidence(_ count: Int, _ refusal: SkipReason) -> TerminalText {
        let others: TerminalText = count > 1 ? ", as \(count - 1) more" : ""
        return switch refusal {
        case .unsigned: "its entry is not signed\(others): consumers skip it"
        case .invalid: "the signature of its entry is not valid\(others): consumers skip it"
        }
    }
}

extension TableComparison {
    /// Notes an entry that consumers skip, of a row without any other so far.
    ///
    /// - Parameter others: how many entries the row has besides, all of them skipped too.
    func refuse(_ id: Span<UInt8>, _ number: Int, _ entry: EntryID, _ refusal: SkipReason, others: Int) {
        if others == 0 {
            guard refused.hasRoom else { return }
            return refused.note(id.array, number, entry, refusal)
        }
        let id = id.array
        // Where the first ones were not kept, these would be taken for them.
        if refused.rows[id] != nil { refused.note(id, number, entry, refusal) }
    }

    /// Tells of the entries that consumers skip whose rows were taken for trimmed: those rows are there.
    func settleRefused() throws {
        let rest = refused.rows.filter(\.value.isTrimmed).sorted { $0.key.lexicographicallyPrecedes($1.key) }
        refused = RefusedEntries(limit: run.task.limit)
        var invalid: [[UInt8]: RefusedEntries.Row] = [:]
        for (id, row) in rest {
            // A dead letter of it is there that consumers took.
            if let known = trimmed.entry(of: id), known == nil { continue }
            if trimmed.noteFound(id, row.entries.first) {
                run.report.counts[.invalid, default: 0] += 1
                if run.isListed(.invalid), invalid.count < run.task.limit { invalid[id] = row }
                continue
            }
            let (first, skipped) = (
                trimmed.entry(of: id) ?? nil, DoubledRows.Skipped(row, count: row.count, row.refusal)
            )
            let isForged = first.map(skipped.isBehind) ?? false
            if row.isDoubled {
                if isForged { run.report.forgedDuplicates += 1 }
                for entry in row.entries { doubles.note(id, entry, row.refusal) }
            } else {
                double(
                    id,
                    row.number,
                    (first.map { [$0] } ?? []) + row.entries,
                    count: row.count + 1,
                    skipped,
                    isForged: isForged,
                    publishedAt: row.publishedAt
                )
            }
        }
        guard !invalid.isEmpty else { return }
        for row in try OutboxReader(run.database).rows(of: outbox, ids: Array(invalid.keys)).sorted(by: {
            $0.precedes($1)
        })
        where row.state == .published {
            guard let entries = invalid[row.id] else { continue }
            let evidence = RefusedEntries.evidence(entries.count, entries.refusal)
            run.list(.invalid, row, evidence, entries.entries)
        }
    }
}
