import Redis
import Text

/// Why consumers skip an entry.
enum EntryRefusal {
    /// It has no signature.
    case unsigned
    /// Its signature is not valid.
    case invalid
}

/// Entries that consumers skip, by the ids of the rows that they have as their `outbox_id`. Such an entry does not make a row present:
/// nobody acts upon it.
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
        let refusal: EntryRefusal
        /// When it was published, in Unix milliseconds; nil where that is not known.
        let publishedAt: UInt64?
        /// Whether it was taken for trimmed.
        let isTrimmed: Bool
        /// Its first entry that is valid, where one is known.
        var first: EntryID?
        /// Whether more than one valid entry was found.
        var isDoubled = false

        /// Why the row is called invalid, in a clause.
        var evidence: TerminalText {
            let others: TerminalText = count > 1 ? ", as \(count - 1) more" : ""
            return switch refusal {
            case .unsigned: "its entry is not signed\(others): consumers skip it"
            case .invalid: "the signature of its entry is not valid\(others): consumers skip it"
            }
        }
    }

    private(set) var rows: [[UInt8]: Row] = [:]

    /// How many entries of a row are kept.
    private static let entryLimit = 10

    /// How many rows there are.
    var count: Int { rows.count }

    /// Notes an entry.
    ///
    /// - Parameters:
    ///   - id: the id of its row.
    ///   - number: the number of its stream.
    mutating func note(
        _ id: [UInt8],
        _ number: Int,
        _ entry: EntryID,
        _ refusal: EntryRefusal,
        publishedAt: UInt64? = nil,
        isTrimmed: Bool = false
    ) {
        var row =
            rows[id] ?? Row(number: number, refusal: refusal, publishedAt: publishedAt, isTrimmed: isTrimmed)
        row.count += 1
        if row.entries.count < Self.entryLimit { row.entries.append(entry) }
        rows[id] = row
    }

    /// Forgets a row; what was known of its entries.
    @discardableResult
    mutating func forget(_ id: [UInt8]) -> Row? { rows.removeValue(forKey: id) }

    /// Remembers what was found of valid entries of the rows, which are about to be forgotten.
    mutating func remember(_ found: borrowing ComparedRows) {
        for id in Array(rows.keys) {
            let bits = UUIDBits(id.span)
            if let row = found.known(bits, id.span) {
                rows[id]?.first = row.first
                rows[id]?.isDoubled = row.found > 1
            } else if let bits {
                rows[id]?.isDoubled = found.isForgottenDouble(bits)
            }
        }
    }
}

extension TableComparison {
    /// Tells of the entries that consumers skip whose rows are not missing: those rows have a valid entry besides, or they were taken for
    /// trimmed.
    func settleRefused() throws {
        let rest = refused.rows.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        refused = RefusedEntries()
        var invalid: [[UInt8]: RefusedEntries.Row] = [:]
        for (id, row) in rest {
            if row.isTrimmed, noteUntrimmed(id, row.entries.first) {
                run.report.counts[.invalid, default: 0] += 1
                if run.isListed(.invalid), invalid.count < run.task.limit { invalid[id] = row }
            } else if row.isDoubled {
                for entry in row.entries { doubles.note(id, entry, isRefused: true) }
            } else {
                double(id, beside: row)
            }
        }
        guard !invalid.isEmpty else { return }
        for row in try OutboxReader(run.database).rows(of: outbox, ids: Array(invalid.keys)).sorted(by: {
            $0.precedes($1)
        })
        where row.state == .published {
            guard let entries = invalid[row.id] else { continue }
            run.list(.invalid, row, entries.evidence, entries.entries)
        }
    }

    /// Notes a row that has entries that consumers skip beside its valid one.
    private func double(_ id: [UInt8], beside row: RefusedEntries.Row) {
        run.report.counts[.duplicate, default: 0] += 1
        guard run.isListed(.duplicate), doubles.count + (run.items[.duplicate]?.count ?? 0) < run.task.limit else {
            return
        }
        let first = row.first ?? untrimmed[id] ?? nil
        doubles.insert(
            id,
            row.number,
            (first.map { [$0] } ?? []) + row.entries,
            isWhole: first != nil,
            publishedAt: row.publishedAt,
            refused: row.count
        )
    }
}
