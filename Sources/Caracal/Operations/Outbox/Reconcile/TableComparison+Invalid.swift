import Postgres

extension TableComparison {
    /// From this share of the rows on the table is read again rather than asked for their ids.
    private static let readAgainShare: UInt64 = 16
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
            let id = Span(_unsafeElements: bytes)
            guard let bits = UUIDBits(id), let open = missing[bits], open.settlement == .open else { return }
            let isSame = row.withBytes(1) { key in
                key?.elementsEqual(run.streams[Int(open.stream)].key) ?? false
            }
            guard isSame else { return }
            missing.settle(id, row.isNull(2) ? .seen : .renamed)
        }
    }
}
