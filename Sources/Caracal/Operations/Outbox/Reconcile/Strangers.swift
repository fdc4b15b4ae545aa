import Postgres
import Redis
import Text

/// An entry that has no row among those that are in memory.
struct Stranger {
    /// Its `outbox_id`.
    let id: [UInt8]
    /// The same, where it is a UUID.
    let bits: UUIDBits?
    /// Its own id.
    let entry: EntryID
    /// The number of its stream.
    let number: Int
    /// Why consumers skip it; nil where they do not, or where that is not known.
    let refusal: SkipReason?
}

/// The entries that have no row in memory, and what becomes of them: their rows come later, are compared and were forgotten, are not compared, or
/// there are none.
final class Strangers {
    private unowned let comparison: TableComparison
    /// Those whose rows come later, if there are any.
    private var early: [Stranger] = []
    /// How many of these there may be before the table is asked for their rows.
    private var earlyLimit = earlyRoom
    /// Those whose rows are not among those that were read.
    private var unknown: [Stranger] = []
    /// Those without a row at the moment at which the table was read, which may be younger than that.
    private var younger: [Stranger] = []
    /// Those without a row that are to be listed.
    private var orphans: [Stranger] = []

    /// How many ids are asked for at a time.
    private static let batch = 500
    private static let earlyRoom = 50_000
    private static let youngerRoom = 50_000

    /// - Parameter comparison: the comparison that finds them, which owns this.
    init(of comparison: TableComparison) { self.comparison = comparison }

    private var run: ReconcileRun { comparison.run }

    /// Whether more may be found before those that may be younger are settled.
    var hasRoom: Bool { younger.count < Self.youngerRoom }

    /// Adds one.
    func add(_ stranger: Stranger) {
        if isEarly(stranger.bits) { early.append(stranger) } else { unknown.append(stranger) }
    }

    /// Whether the row of an entry, if there is one, was not read yet.
    private func isEarly(_ bits: UUIDBits?) -> Bool {
        guard !comparison.isLast else { return false }
        // How the database orders other texts is not known here.
        guard let bits, let frontier = comparison.rows.frontier else { return true }
        return bits > frontier
    }

    /// Notes the entries again whose rows may have been read by now.
    func meetEarly() throws {
        guard !early.isEmpty else { return }
        var rest: [Stranger] = []
        swap(&rest, &early)
        for entry in rest {
            if isEarly(entry.bits) {
                early.append(entry)
            } else {
                comparison.meet(entry.id.span, entry.entry, entry.number, entry.refusal)
            }
        }
        guard early.count >= earlyLimit else { return }
        // Most were forged, or the clocks were far apart.
        rest = []
        swap(&rest, &early)
        try lookUp(rest)
        earlyLimit = max(Self.earlyRoom, early.count * 2)
    }

    // MARK: Rows

    /// Looks what the table says of them, once there are enough.
    func lookUp(isAll: Bool) throws {
        guard unknown.count >= (isAll ? 1 : Self.batch) else { return }
        var all: [Stranger] = []
        swap(&all, &unknown)
        try lookUp(all)
    }

    /// Looks what the table says of entries, as it was when its rows were read: the row was compared before and has one entry more, it
    /// comes later, or it is not compared; or there is none.
    private func lookUp(_ entries: [Stranger]) throws {
        var rest = entries[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Self.batch)
            rest.removeFirst(batch.count)
            let known = try comparison.compared(batch.map(\.id))
            let unknown = batch.filter { known[$0.id] == nil }
            let others = try rowsOfAnyState(unknown.map(\.id))
            for entry in batch {
                if let row = known[entry.id] {
                    if row.stream == run.streams[entry.number].key { noteRow(of: entry, publishedAt: row.publishedAt) }
                } else if !others.contains(entry.id), comparison.walks[entry.number].isOwn {
                    // Who publishes an entry sees its row, so that the row of an entry from before that moment was there then.
                    if entry.entry <= comparison.walks[entry.number].lastBefore ?? .zero {
                        tell(entry)
                    } else {
                        younger.append(entry)
                    }
                }
            }
        }
    }

    /// Those of some ids that any row has, in whichever table may be read. A table that went away since ends the comparison: an error within
    /// its transaction cannot be passed over.
    private func rowsOfAnyState(_ ids: [[UInt8]]) throws -> Set<[UInt8]> {
        guard !ids.isEmpty else { return [] }
        var known: Set<[UInt8]> = []
        for table in run.tables {
            let sql = "SELECT id FROM \(table.name) WHERE id = ANY($1::text[])"
            known.formUnion(try run.database.query(sql, [.texts(among: ids)]).compactMap { $0.bytes(0) })
        }
        return known
    }

    /// Notes an entry whose row is compared, and is not in memory.
    private func noteRow(of entry: Stranger, publishedAt: UInt64?) {
        if isEarly(entry.bits) { return early.append(entry) }
        // It may have been taken for trimmed, and was redriven, or published once more.
        if comparison.walks[entry.number].isTrimmed(publishedAt) {
            if let refusal = entry.refusal {
                return comparison.refused.note(
                    entry.id,
                    entry.number,
                    entry.entry,
                    refusal,
                    publishedAt: publishedAt,
                    isTrimmed: true
                )
            }
            if comparison.trimmed.noteFound(entry.id, entry.entry) { return }
        }
        // Else it was forgotten, since it has an entry that consumers take.
        let isSecond = entry.bits.map { comparison.rows.noteForgotten($0) } ?? true
        let isForged = entry.refusal != nil && entry.bits.map { comparison.rows.noteForged($0) } ?? true
        guard isSecond else {
            if isForged { run.report.forgedDuplicates += 1 }
            return comparison.doubles.note(entry.id, entry.entry, entry.refusal)
        }
        let first = comparison.trimmed.entry(of: entry.id) ?? nil
        comparison.double(
            entry.id,
            entry.number,
            (first.map { [$0] } ?? []) + [entry.entry],
            count: 2,
            entry.refusal.map { DoubledRows.Skipped(entries: [entry.entry], count: 1, refusal: $0) },
            isForged: isForged,
            publishedAt: publishedAt
        )
    }

    /// Looks once more for the rows of those that may be younger than the moment at which the table was read, and lists those without one.
    func settle() throws {
        let entries = younger
        younger = []
        var rest = entries[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Self.batch)
            rest.removeFirst(batch.count)
            let known = try rowsOfAnyState(batch.map(\.id))
            for entry in batch where !known.contains(entry.id) { tell(entry) }
        }
        try judgeOrphans()
    }

    // MARK: Orphans

    private func tell(_ orphan: Stranger) {
        run.report.counts[.orphan, default: 0] += 1
        if orphan.refusal == .invalid {
            run.report.invalidOrphans += 1
            run.signatures[orphan.number].noteInvalidOrphan(madeAt: run.time(of: orphan.entry, orphan.bits))
        }
        if run.isListed(.orphan), orphans.count + (run.items[.orphan]?.count ?? 0) < run.task.limit {
            orphans.append(orphan)
        }
    }

    /// Lists entries without a row, with what their signatures say.
    private func judgeOrphans() throws {
        let listed = orphans
        orphans = []
        for orphan in listed {
            let stream = run.streams[orphan.number]
            let owner = OutboxTable.allCases.first { table in table.streams.contains { $0.key == stream.key } }
            run.items[.orphan, default: []].append(
                ReconcileReport.Item(
                    outbox: owner,
                    stream: stream.key,
                    id: orphan.id,
                    status: .orphan,
                    createdAt: orphan.bits?.milliseconds,
                    publishedAt: nil,
                    entryIDs: [orphan.entry],
                    skippedIDs: orphan.refusal == nil ? [] : [orphan.entry],
                    isInvalidOrphan: orphan.refusal == .invalid,
                    evidence: try evidence(orphan, stream),
                    row: nil
                )
            )
        }
    }

    /// What the signature of an entry without a row says.
    private func evidence(_ orphan: Stranger, _ stream: StreamDefinition) throws -> TerminalText {
        guard var judge = run.judge else { return "no row has its outbox_id" }
        defer { run.judge = judge }
        let range = XRange(key: stream.key, first: orphan.entry, last: orphan.entry, count: 1)
        let answer = try run.channel.run { connection throws(RedisError) in try connection.ask(range) }
        guard case .success(var entries) = answer, try entries.advance(on: run.channel.connection) else {
            return "no row has its outbox_id, and it is gone by now"
        }
        let judgements = try judge.judge(
            id: entries.bytes[entries.idRange],
            entries.fields,
            in: entries.bytes,
            of: SignatureTarget(key: stream.key)
        )
        return switch judgements.first(where: { $0.part == .entry })?.outcome {
        case .valid?: "its signature is valid: its row was cleaned up, or it was published without one"
        case .unsigned?: "it is not signed: consumers skip it"
        case .invalid?: "its signature is not valid: consumers skip it"
        case .unchecked?, nil: "no row has its outbox_id"
        }
    }
}
