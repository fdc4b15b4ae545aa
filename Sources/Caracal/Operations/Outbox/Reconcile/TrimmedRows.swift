import Postgres
import Redis

/// The rows that were published before the oldest entry of their trimmed streams: nothing tells whether their entries were there, but for those
/// that are found all the same.
final class TrimmedRows {
    private unowned let comparison: TableComparison
    /// Those to be listed.
    private var listed: [[UInt8]] = []
    /// Those that were found, and their entries; nil for an entry that is inside a dead letter.
    private var found: [[UInt8]: EntryID?] = [:]

    /// How many ids are asked for at a time.
    private static let batch = 1_000

    /// - Parameter comparison: the comparison that reads them, which owns this.
    init(of comparison: TableComparison) { self.comparison = comparison }

    private var run: ReconcileRun { comparison.run }

    /// Notes one that was read.
    func note(_ id: Span<UInt8>) {
        run.report.counts[.unknown, default: 0] += 1
        if run.isListed(.unknown), listed.count < run.task.limit { listed.append(id.array) }
    }

    /// The entry of one that was found; nil within for a dead letter, nil for one that was not found.
    func entry(of id: [UInt8]) -> EntryID?? { found[id] }

    /// Notes that a row is there that was taken for trimmed; whether that is new.
    ///
    /// - Parameter entry: its entry; nil where it is a dead letter.
    @discardableResult
    func noteFound(_ id: [UInt8], _ entry: EntryID?) -> Bool {
        guard found[id] == nil else { return false }
        found.updateValue(entry, forKey: id)
        run.report.counts[.unknown, default: 1] -= 1
        listed.removeAll { $0 == id }
        return true
    }

    /// Looks for rows that were taken for trimmed in the dead letters of their streams.
    ///
    /// - Parameter last: the last row that was read; nil where all were. Those behind it have not been counted yet.
    func searchLetters(upTo last: [UInt8]? = nil) throws {
        for number in comparison.walks.indices where comparison.walks[number].hasTrimmed {
            var ids: [[UInt8]] = []
            func lookUp(_ room: Int) throws {
                guard ids.count >= room else { return }
                for (id, row) in try comparison.compared(ids, upTo: last)
                where row.stream == run.streams[number].key && comparison.walks[number].isTrimmed(row.publishedAt) {
                    noteFound(id, nil)
                }
                ids = []
            }
            try ReconcileLetters(run).read(of: number) { id, refusal in
                let id = id.array
                // Consumers skip its entries, and what is in this letter.
                if comparison.refused.rows[id] != nil, try refusal() != nil { return }
                ids.append(id)
            } betweenPages: {
                try lookUp(Self.batch)
            }
            try lookUp(1)
        }
    }

    /// Lists rows that were published so long ahead of the oldest entry of their trimmed streams that nothing was looked for.
    func list() throws {
        guard !listed.isEmpty else { return }
        let rows = try OutboxReader(run.database).rows(of: comparison.outbox, ids: listed).sorted { $0.precedes($1) }
        listed = []
        for row in rows where row.state == .published && run.isListed(.unknown) {
            let number = try run.number(of: row.stream)
            run.list(.unknown, row, run.verdict(of: row, in: number))
        }
    }
}
