import Postgres
import Redis
import Text

/// Settles what became of the rows for which no entry was found that consumers take.
struct MissingRowsSettlement {
    private let comparison: TableComparison
    private var missing: MissingRows

    /// How many missing rows are read again at a time.
    private static let missingBatch = 1_000
    /// The condition for those of the API's rows whose payload gives the entry another id.
    private static let isRenamed = "jsonb_typeof(payload_json) = 'object' AND payload_json ->> 'outbox_id' IS NOT NULL"
    /// From this share of the rows on the table is read again rather than asked for their ids.
    private static let readAgainShare: UInt64 = 16
    /// Up to this many rows are counted by one statement, which has to end in time.
    private static let countRoom: UInt64 = 2_000_000
    /// How many ids are asked for at a time.
    private static let idBatch = 10_000

    init(of comparison: TableComparison, _ missing: MissingRows) {
        (self.comparison, self.missing) = (comparison, missing)
    }

    private var run: ReconcileRun { comparison.run }
    private var outbox: OutboxTable { comparison.outbox }

    /// Looks for the rows that had no entry where else it may be: in the dead letters, in what was added since, and in entries that are
    /// older than the rows; reads them again, since somebody may have changed them, and lists those that are missing still.
    mutating func settle() throws {
        guard !missing.isEmpty else { return }
        let run = run
        do {
            for number in missing.streams {
                if comparison.walks[number].start > .zero {
                    try search(number, EntryID.zero...comparison.walks[number].start.previous)
                }
                // Dead letters before what is new: a redrive adds to the stream, and then removes the letter. What consumers skip is known.
                try ReconcileLetters(run).read(of: number) { id, refusal in
                    if try missing.noteLetter(id, in: number, refusal: refusal) { comparison.refused.forget(id.array) }
                }
            }
            // Of those that are not listed all are read again at once.
            try judgeAll { $0.refused == 0 || run.isListed(.invalid) }
            let others = missing.otherIDs()
            if !others.isEmpty { try judge(others) }
            try settleInvalid()
        } catch {
            run.report.unsettled += missing.openCount
            throw error
        }
    }

    /// Judges all missing rows that meet a condition.
    private mutating func judgeAll(where isMeant: (ComparedRow) -> Bool) throws {
        var place = KeptRows.Place()
        while true {
            let batch = missing.next(Self.missingBatch, from: &place, where: isMeant)
            guard !batch.isEmpty else { return }
            try judge(batch.map(\.text))
        }
    }

    /// Notes an entry of a row that is missing, if it is one of its.
    private mutating func note(
        _ id: Span<UInt8>,
        _ entry: EntryID,
        _ refusal: SkipReason?,
        _ number: Int
    ) {
        switch missing.note(id, refusal, in: number) {
        case .stranger, .otherStream, .first, .second, .further: break
        case .refused(let others):
            if let refusal { comparison.refuse(id, number, entry, refusal, others: others) }
        case .beside(let count, let first):
            let id = id.array
            let skipped = DoubledRows.Skipped(comparison.refused.forget(id), count: count, first)
            comparison.double(
                id,
                number,
                skipped.entries + [entry],
                count: count + 1,
                skipped,
                isForged: skipped.isBehind(entry)
            )
        }
    }

    private mutating func search(_ number: Int, _ range: ClosedRange<EntryID>) throws {
        var size = comparison.walks[number].size
        defer { comparison.walks[number].size = size }
        let isWhole = try run.scan(run.streams[number].key, range, size: &size) { entry, fields, bytes in
            guard let name = ReconcileRun.outboxID(fields, bytes) else { return }
            note(
                bytes.span.extracting(name),
                entry,
                try run.refusal(entry, fields, bytes, of: number),
                number
            )
        }
        if !isWhole { run.unreadable.insert(number) }
    }

    /// Reads rows again, then what was added to their streams: a row that says now that it was published had its entry before. Says what
    /// to make of each.
    private mutating func judge(_ ids: [[UInt8]]) throws {
        let rows = try OutboxReader(run.database).rows(of: outbox, ids: ids)
        let byID = Dictionary(rows.map { ($0.id, $0) }) { first, _ in first }
        let renamed = try renamed(ids)
        try searchNew()
        try searchRefused(rows)
        for id in ids {
            guard let open = missing[id] else { continue }
            let (number, entries) = (Int(open.stream), comparison.refused.forget(id)?.entries ?? [])
            missing.settle(id.span, .done)
            // Somebody deleted it, requeued it, or gave it another stream.
            guard let row = byID[id], row.state == .published, row.stream == run.streams[number].key else {
                run.report.checked -= 1
                continue
            }
            var verdict = run.verdict(of: row, in: number)
            if run.unreadable.contains(number) { verdict = .unreadable }
            if renamed.contains(id) { verdict = .renamed }
            if open.refused > 0, verdict.isGone {
                run.report.counts[.invalid, default: 0] += 1
                run.list(.invalid, row, RefusedEntries.evidence(Int(open.refused), open.refusal), entries)
            } else {
                let status: ReconcileStatus = verdict.isLost ? .lost : .unknown
                if verdict.isLostUnlessAcknowledged { run.report.lostUnlessAcknowledged += 1 }
                run.report.counts[status, default: 0] += 1
                run.list(status, row, verdict)
            }
        }
    }

    /// Looks for the entries that consumers skip of rows that are to be listed, where they were not kept.
    private func searchRefused(_ rows: [OutboxRow]) throws {
        guard run.isListed(.invalid) else { return }
        var unkept: [[UInt8]: ComparedRow] = [:]
        for row in rows where comparison.refused.rows[row.id] == nil {
            if let open = missing[row.id], open.refused > 0 { unkept[row.id] = open }
        }
        guard !unkept.isEmpty else { return }
        let times = rows.compactMap { row in unkept[row.id].map { (row.id, Int($0.stream), row.publishedAt) } }
        try comparison.searchByTimes(of: times) { id, entry, refusal in
            guard let open = unkept[id], try refusal() != nil else { return }
            comparison.refused.note(id, Int(open.stream), entry, open.refusal)
        }
    }

    /// Reads what was added to the streams since.
    private mutating func searchNew() throws {
        try run.look()
        for number in comparison.walks.indices where comparison.walks[number].isNamed {
            guard let newest = run.states[number].info?.lastGeneratedID else { continue }
            let first = comparison.walks[number].last.map { $0.next ?? .maximum } ?? .zero
            guard first <= newest else { continue }
            try search(number, first...newest)
            comparison.walks[number].last = newest
        }
    }

    /// Those of the API's rows whose payload has an `outbox_id`: their entries have that one.
    private func renamed(_ ids: [[UInt8]]) throws -> Set<[UInt8]> {
        guard outbox == .api else { return [] }
        let condition = Self.isRenamed
        let rows = try run.database.query(
            "SELECT id FROM \(outbox.name) WHERE id = ANY($1::text[]) AND \(condition)",
            [.texts(ids)]
        )
        return Set(rows.compactMap { $0.bytes(0) })
    }

    // MARK: Rows that are not listed

    /// Reads the rows again that are to be called invalid and are not listed, since somebody may have changed them; then what was added to
    /// their streams. Counts those that are invalid still.
    private mutating func settleInvalid() throws {
        guard missing.openCount > 0 else { return }
        try readAgain()
        try searchNew()
        let lacksProof = Set(comparison.walks.indices.filter { !run.showsWhatIsGone($0) }.map { UInt8(clamping: $0) })
        // Why it is not known of them has to be said of each.
        try judgeAll {
            $0.settlement == .renamed || $0.settlement == .seen && lacksProof.contains($0.stream)
        }
        var (invalid, changed): (UInt64, UInt64) = (0, 0)
        missing.forEachOpen { row in
            if row.settlement == .seen { invalid += 1 } else { changed += 1 }
        }
        run.report.checked -= changed
        if invalid > 0 { run.report.counts[.invalid, default: 0] += invalid }
    }

    private mutating func readAgain() throws {
        let isRenamed = outbox == .api ? Self.isRenamed : "false"
        var (sql, parameters) = comparison.condition()
        let columns = "SELECT id, \(outbox.stream), CASE WHEN \(isRenamed) THEN 1 END FROM \(outbox.name) WHERE \(sql)"
        var place = KeptRows.Place()
        if missing.openCount < run.report.checked / Self.readAgainShare {
            while true {
                let batch = missing.next(Self.idBatch, from: &place)
                guard !batch.isEmpty else { return }
                let ids = PostgresValue.texts(batch.map(\.text))
                let rows = try run.database.query(
                    "\(columns) AND id = ANY($\(parameters.count + 1)::text[])",
                    parameters + [ids]
                )
                for row in rows { note(row) }
            }
        }
        guard try !areAllUnchanged() else { return missing.seeAllOpen() }
        guard let (first, last) = missing.openEnds else { return }
        parameters += [.bytes(first.text), .bytes(last.text)]
        sql = "\(columns) AND id >= $\(parameters.count - 1) AND id <= $\(parameters.count) ORDER BY id"
        let pages = try run.database.stream(sql, parameters, pageSize: Self.idBatch, isBinary: true)
        while let page = try pages.next() {
            for row in page { note(row) }
        }
    }

    private mutating func note(_ row: PostgresRow) {
        row.withBytes(0) { bytes in
            guard let bytes else { return }
            guard let bits = UUIDBits(Span(_unsafeElements: bytes)) else { return }
            let run = run
            missing.settleOpen(bits) { open in
                let isSame = row.withBytes(1) { key in
                    key.map { Span(_unsafeElements: $0).equals(run.streams[Int(open.stream)].key) } ?? false
                }
                return isSame ? row.isNull(2) ? .seen : .renamed : nil
            }
        }
    }

    /// Whether it is certain that all rows of this pass are in the table as they were when they were read, and that none gives its entry
    /// another id. Only counts, which takes a quarter of the time of reading them.
    ///
    /// What a transaction wrote that had ended before the first one was read was seen then, and is there no more if it was changed since.
    /// So there are as many such rows as were read, if none was changed. Where a transaction was open that is older than one that wrote a row,
    /// there are fewer.
    private func areAllUnchanged() throws -> Bool {
        guard let passEnd = comparison.passEnd, let oldestTransaction = comparison.oldestTransaction,
            comparison.passRows <= Self.countRoom
        else { return false }
        var (sql, parameters) = comparison.condition()
        parameters.append(.text(oldestTransaction))
        sql += " AND age(xmin) > (SELECT age($\(parameters.count)::text::xid))"
        if !comparison.isLast {
            parameters.append(.bytes(passEnd))
            sql += " AND id <= $\(parameters.count)"
        }
        let mayBeRenamed = outbox == .api ? "payload_json ? 'outbox_id'" : "false"
        do throws(PostgresError) {
            let counts = try run.database.query(
                "SELECT count(*), count(*) FILTER (WHERE \(mayBeRenamed)) FROM \(outbox.name) WHERE \(sql)",
                parameters
            ).first
            return counts?.integer(0) == Int64(clamping: comparison.passRows) && counts?.integer(1) == 0
        } catch {
            // A view has no such column, rights on single columns are none on that one, and it may take too long.
            guard let refusal = error.refusal, !refusal.endsConnection else { throw error }
            return false
        }
    }
}
