import Postgres

extension TableComparison {
    /// From this share of the rows on the table is read again rather than asked for their ids.
    private static let readAgainShare: UInt64 = 16
    /// Up to this many rows are counted by one statement, which has to end in time.
    private static let countRoom: UInt64 = 2_000_000
    /// How many ids are asked for at a time.
    private static let idBatch = 10_000

    /// Reads the rows again that are to be called invalid and are not listed, since somebody may have changed them; then what was added to
    /// their streams. Counts those that are invalid still.
    func settleInvalid(_ missing: inout MissingRows) throws {
        guard missing.openCount > 0 else { return }
        try readAgain(&missing)
        try searchNew(&missing)
        let lacksProof = Set(walks.indices.filter { !run.showsWhatIsGone($0) }.map { UInt8(clamping: $0) })
        // Why it is not known of them has to be said of each.
        try judgeAll(&missing) {
            $0.settlement == .renamed || $0.settlement == .seen && lacksProof.contains($0.stream)
        }
        var (invalid, changed): (UInt64, UInt64) = (0, 0)
        missing.forEachOpen { row in
            if row.settlement == .seen { invalid += 1 } else { changed += 1 }
        }
        run.report.checked -= changed
        if invalid > 0 { run.report.counts[.invalid, default: 0] += invalid }
    }

    private func readAgain(_ missing: inout MissingRows) throws {
        let isRenamed = outbox == .api ? Self.isRenamed : "false"
        var (sql, parameters) = condition()
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
                for row in rows { note(row, &missing) }
            }
        }
        guard try !areAllUnchanged() else { return missing.seeAllOpen() }
        guard let (first, last) = missing.openEnds else { return }
        parameters += [.bytes(first.text), .bytes(last.text)]
        sql = "\(columns) AND id >= $\(parameters.count - 1) AND id <= $\(parameters.count) ORDER BY id"
        let pages = try run.database.stream(sql, parameters, pageSize: Self.idBatch, isBinary: true)
        while let page = try pages.next() {
            for row in page { note(row, &missing) }
        }
    }

    private func note(_ row: PostgresRow, _ missing: inout MissingRows) {
        row.withBytes(0) { bytes in
            guard let bytes else { return }
            guard let bits = UUIDBits(Span(_unsafeElements: bytes)) else { return }
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
        guard let passEnd, let oldestTransaction, passRows <= Self.countRoom else { return false }
        var (sql, parameters) = condition()
        parameters.append(.text(oldestTransaction))
        sql += " AND age(xmin) > (SELECT age($\(parameters.count)::text::xid))"
        if !isLast {
            parameters.append(.bytes(passEnd))
            sql += " AND id <= $\(parameters.count)"
        }
        let mayBeRenamed = outbox == .api ? "payload_json ? 'outbox_id'" : "false"
        do throws(PostgresError) {
            let counts = try run.database.query(
                "SELECT count(*), count(*) FILTER (WHERE \(mayBeRenamed)) FROM \(outbox.name) WHERE \(sql)",
                parameters
            ).first
            return counts?.integer(0) == Int64(clamping: passRows) && counts?.integer(1) == 0
        } catch {
            // A view has no such column, rights on single columns are none on that one, and it may take too long.
            guard let refusal = error.refusal, !refusal.endsConnection else { throw error }
            return false
        }
    }
}
