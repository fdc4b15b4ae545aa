import Postgres
import Redis
import Text

extension TableComparison {
    /// How many missing rows are read again at a time.
    private static let missingBatch = 1_000

    /// Looks for the rows that had no entry where else it may be: in the dead letters, in what was added since, and in entries that are
    /// older than the rows; reads them again, since somebody may have changed them, and lists those that are missing still.
    func settleMissing() throws {
        var missing = rows.missing()
        refused.remember(rows)
        rows = ComparedRows()
        var (bits, others) = missing.ids()
        var rest = UInt64(bits.count + others.count)
        guard rest > 0 else { return }
        do {
            for number in missing.streams {
                // Dead letters before what is new: a redrive adds to the stream, and then removes the letter.
                try readLetters(of: number) { missing.note($0, in: number) }
                if walks[number].start > .zero {
                    try search(number, EntryID.zero...walks[number].start.previous, &missing)
                }
            }
            (bits, others) = missing.ids()
            rest = UInt64(bits.count + others.count)
            for start in stride(from: 0, to: bits.count, by: Self.missingBatch) {
                let batch = bits[start..<min(bits.count, start + Self.missingBatch)]
                try judge(batch.map(\.text), &missing)
                rest -= UInt64(batch.count)
            }
            if !others.isEmpty { try judge(others, &missing) }
        } catch {
            run.report.unsettled += rest
            throw error
        }
    }

    private func search(_ number: Int, _ range: ClosedRange<EntryID>, _ missing: inout MissingRows) throws {
        var size = walks[number].size
        defer { walks[number].size = size }
        let isWhole = try run.scan(run.streams[number].key, range, size: &size) { entry, fields, bytes in
            guard let name = ReconcileRun.outboxID(fields, bytes) else { return }
            guard let refusal = try run.refusal(fields, bytes, of: number) else {
                return missing.note(bytes.span.extracting(name), in: number)
            }
            let id = Array(bytes[name])
            if missing.stream(of: id) == number { refused.note(id, number, entry, refusal) }
        }
        if !isWhole { run.unreadable.insert(number) }
    }

    /// Reads the dead letters of a stream.
    ///
    /// - Parameters:
    ///   - each: is given the `outbox_id` of each.
    private func readLetters(
        of number: Int,
        each: (Span<UInt8>) -> Void,
        betweenPages: () throws -> Void = {}
    ) throws {
        var letters = DeadLetterReader()
        for target in SignatureTarget.deadLetters where target.source?.key == run.streams[number].key {
            guard let source = target.source else { continue }
            let look = StreamLook(streams: [target.stream], includesGroups: false)
            let state = try run.channel.run { connection throws(RedisError) in
                try look.runWithoutRights(on: connection)
            }.streams[0].state
            if let refusal = state.refusal {
                run.note(refusal, of: target.key)
                run.unreadable.insert(number)
            }
            guard state.info != nil else { continue }
            var size = EntryPageSize()
            let isWhole = try run.scan(target.key, EntryID.zero...EntryID.maximum, size: &size) { _, fields, bytes in
                switch letters.read(fields, in: bytes, of: source) {
                case .none, .malformed: break
                case .inPlace:
                    guard let name = ReconcileRun.outboxID(letters.fields, bytes) else { return }
                    each(bytes.span.extracting(name))
                case .copied:
                    guard let index = letters.message.lastIndex(of: FieldName.outboxID) else { return }
                    each(Array(letters.message.value(at: index)).span)
                }
            } betweenPages: {
                try betweenPages()
            }
            if !isWhole { run.unreadable.insert(number) }
        }
    }

    /// Looks for rows that were taken for trimmed in the dead letters of their streams.
    func searchLettersForTrimmed() throws {
        for number in walks.indices where walks[number].hasTrimmed {
            var ids: [[UInt8]] = []
            func lookUp(_ room: Int) throws {
                guard ids.count >= room else { return }
                for (id, row) in try compared(ids)
                where row.stream == run.streams[number].key && walks[number].isTrimmed(row.publishedAt) {
                    noteUntrimmed(id, nil)
                }
                ids = []
            }
            try readLetters(of: number, each: { ids.append($0.array) }, betweenPages: { try lookUp(Self.missingBatch) })
            try lookUp(1)
        }
    }

    /// Reads rows again, then what was added to their streams: a row that says now that it was published had its entry before. Says what
    /// to make of each.
    private func judge(_ ids: [[UInt8]], _ missing: inout MissingRows) throws {
        let rows = try OutboxReader(run.database).rows(of: outbox, ids: ids)
        let byID = Dictionary(rows.map { ($0.id, $0) }) { first, _ in first }
        let renamed = try renamed(ids)
        try searchNew(&missing)
        for id in ids {
            guard let number = missing.stream(of: id) else { continue }
            // Somebody deleted it, requeued it, or gave it another stream.
            guard let row = byID[id], row.state == .published, row.stream == run.streams[number].key,
                let time = run.entryTime(of: row)
            else {
                run.report.checked -= 1
                refused.forget(id)
                continue
            }
            var verdict = MissingRow(
                at: time,
                in: run.states[number],
                bound: run.streams[number].bound,
                isReplica: run.isReplica
            )
            if run.unreadable.contains(number) { verdict = .unreadable }
            if renamed.contains(id) { verdict = .renamed }
            let entries = refused.forget(id)
            if let entries, verdict.isGone {
                run.report.counts[.invalid, default: 0] += 1
                run.list(.invalid, row, entries.evidence, entries.entries)
            } else {
                let status: ReconcileStatus = verdict.isLost ? .lost : .unknown
                run.report.counts[status, default: 0] += 1
                run.list(status, row, verdict)
            }
        }
    }

    /// Reads what was added to the streams since.
    private func searchNew(_ missing: inout MissingRows) throws {
        try run.look()
        for number in walks.indices where walks[number].isNamed {
            guard let newest = run.states[number].info?.lastGeneratedID else { continue }
            let first = walks[number].last.map { $0.next ?? .maximum } ?? .zero
            guard first <= newest else { continue }
            try search(number, first...newest, &missing)
            walks[number].last = newest
        }
    }

    /// Those of the API's rows whose payload has an `outbox_id`: their entries have that one.
    private func renamed(_ ids: [[UInt8]]) throws -> Set<[UInt8]> {
        guard outbox == .api else { return [] }
        let condition = "jsonb_typeof(payload_json) = 'object' AND payload_json ->> 'outbox_id' IS NOT NULL"
        let rows = try run.database.query(
            "SELECT id FROM \(outbox.name) WHERE id = ANY($1::text[]) AND \(condition)",
            [.texts(ids)]
        )
        return Set(rows.compactMap { $0.bytes(0) })
    }
}

extension ReconcileRun {
    /// When the entry of a row must have been added, by the clock of Redis, in milliseconds; nil where the row does not tell when it was
    /// published.
    func entryTime(of row: OutboxRow) -> ClosedRange<UInt64>? {
        guard let published = row.publishedAt else { return nil }
        let made = min(row.createdAt ?? published, published)
        return onRedis(made, earlier: true)...onRedis(published, earlier: false)
    }

    /// Lists a row whose entry is not there, if there is room.
    func list(_ status: ReconcileStatus, _ row: OutboxRow, _ verdict: MissingRow) {
        list(status, row, verdict.evidence, isGone: verdict.isGone)
    }

    /// Lists a row, if there is room.
    ///
    /// - Parameters:
    ///   - entries: entries that have its id.
    ///   - isGone: whether it is certain that no other entry of it is in its stream.
    func list(
        _ status: ReconcileStatus,
        _ row: OutboxRow,
        _ evidence: TerminalText,
        _ entries: [EntryID] = [],
        isGone: Bool = true
    ) {
        guard isListed(status) else { return }
        items[status, default: []].append(
            ReconcileReport.Item(
                outbox: row.outbox,
                stream: row.stream,
                id: row.id,
                status: status,
                createdAt: row.createdAt,
                publishedAt: row.publishedAt,
                entryIDs: entries,
                evidence: evidence,
                row: isGone ? row : nil
            )
        )
    }
}
