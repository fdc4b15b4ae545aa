import Postgres
import Redis
import Text

extension TableComparison {
    /// How many missing rows are read again at a time.
    private static let missingBatch = 1_000
    /// The condition for those of the API's rows whose payload gives the entry another id.
    static let isRenamed = "jsonb_typeof(payload_json) = 'object' AND payload_json ->> 'outbox_id' IS NOT NULL"

    /// Looks for the rows that had no entry where else it may be: in the dead letters, in what was added since, and in entries that are
    /// older than the rows; reads them again, since somebody may have changed them, and lists those that are missing still.
    func settleMissing() throws {
        refused.remember(rows)
        var missing = rows.takeMissing()
        guard !missing.isEmpty else { return }
        do {
            for number in missing.streams {
                if walks[number].start > .zero {
                    try search(number, EntryID.zero...walks[number].start.previous, &missing)
                }
                // Dead letters before what is new: a redrive adds to the stream, and then removes the letter. What consumers skip is known.
                try readLetters(of: number) { id, refusal in
                    if try missing.noteLetter(id, in: number, refusal: refusal) { refused.forget(id.array) }
                }
            }
            // Of those that are not listed all are read again at once.
            try judgeAll(&missing) { $0.refused == 0 || run.isListed(.invalid) }
            let others = missing.otherIDs()
            if !others.isEmpty { try judge(others, &missing) }
            try settleInvalid(&missing)
        } catch {
            run.report.unsettled += missing.openCount
            throw error
        }
    }

    /// Judges all missing rows that meet a condition.
    func judgeAll(_ missing: inout MissingRows, where isMeant: (ComparedRow) -> Bool) throws {
        var place = KeptRows.Place()
        while true {
            let batch = missing.next(Self.missingBatch, from: &place, where: isMeant)
            guard !batch.isEmpty else { return }
            try judge(batch.map(\.text), &missing)
        }
    }

    /// Notes an entry of a row that is missing, if it is one of its.
    private func note(
        _ id: Span<UInt8>,
        _ entry: EntryID,
        _ refusal: EntryRefusal?,
        _ number: Int,
        _ missing: inout MissingRows
    ) {
        switch missing.note(id, refusal, in: number) {
        case .stranger, .otherStream, .first, .second, .further: break
        case .refused(let others):
            if let refusal { refuse(id, number, entry, refusal, others: others) }
        case .beside(let count, let first):
            let id = id.array
            let skipped = DoubledRows.Skipped(refused.forget(id), count: count, first)
            double(id, number, skipped.entries + [entry], count: count + 1, skipped, isForged: skipped.isBehind(entry))
        }
    }

    private func search(_ number: Int, _ range: ClosedRange<EntryID>, _ missing: inout MissingRows) throws {
        var size = walks[number].size
        defer { walks[number].size = size }
        let isWhole = try run.scan(run.streams[number].key, range, size: &size) { entry, fields, bytes in
            guard let name = ReconcileRun.outboxID(fields, bytes) else { return }
            note(
                bytes.span.extracting(name),
                entry,
                try run.refusal(entry, fields, bytes, of: number),
                number,
                &missing
            )
        }
        if !isWhole { run.unreadable.insert(number) }
    }

    /// Reads the dead letters of a stream.
    ///
    /// - Parameters:
    ///   - each: is given the `outbox_id` of each, and how to learn why consumers skip the message inside: nil where they do not, or where
    ///     that is not known.
    private func readLetters(
        of number: Int,
        each: (_ id: Span<UInt8>, _ refusal: () throws -> EntryRefusal?) throws -> Void,
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
                    let fields = letters.fields
                    try each(bytes.span.extracting(name)) {
                        try run.refusal(ofSource: fields, bytes, from: source, of: number)
                    }
                case .copied:
                    let message = letters.message
                    guard let index = message.lastIndex(of: FieldName.outboxID) else { return }
                    try each(Array(message.value(at: index)).span) {
                        try run.refusal(ofSource: message.fields, message.bytes, from: source, of: number)
                    }
                }
            } betweenPages: {
                try betweenPages()
            }
            if !isWhole { run.unreadable.insert(number) }
        }
    }

    /// Looks for rows that were taken for trimmed in the dead letters of their streams.
    ///
    /// - Parameter last: the last row that was read; nil where all were. Those behind it have not been counted yet.
    func searchLettersForTrimmed(upTo last: [UInt8]? = nil) throws {
        for number in walks.indices where walks[number].hasTrimmed {
            var ids: [[UInt8]] = []
            func lookUp(_ room: Int) throws {
                guard ids.count >= room else { return }
                for (id, row) in try compared(ids, upTo: last)
                where row.stream == run.streams[number].key && walks[number].isTrimmed(row.publishedAt) {
                    noteUntrimmed(id, nil)
                }
                ids = []
            }
            try readLetters(of: number) { id, refusal in
                let id = id.array
                // Consumers skip its entries, and what is in this letter.
                if refused.rows[id] != nil, try refusal() != nil { return }
                ids.append(id)
            } betweenPages: {
                try lookUp(Self.missingBatch)
            }
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
        try searchRefused(rows, missing)
        for id in ids {
            guard let open = missing[id] else { continue }
            let (number, entries) = (Int(open.stream), refused.forget(id)?.entries ?? [])
            missing.settle(id.span, .done)
            // Somebody deleted it, requeued it, or gave it another stream.
            guard let row = byID[id], row.state == .published, row.stream == run.streams[number].key,
                let time = run.entryTime(of: row)
            else {
                run.report.checked -= 1
                continue
            }
            var verdict = run.verdict(at: time, in: number)
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
    private func searchRefused(_ rows: [OutboxRow], _ missing: MissingRows) throws {
        guard run.isListed(.invalid) else { return }
        var unkept: [[UInt8]: ComparedRow] = [:]
        for row in rows where refused.rows[row.id] == nil {
            if let open = missing[row.id], open.refused > 0 { unkept[row.id] = open }
        }
        guard !unkept.isEmpty else { return }
        let times = rows.compactMap { row in unkept[row.id].map { (row.id, Int($0.stream), row.publishedAt) } }
        try searchByTimes(of: times) { id, entry, refusal in
            guard let open = unkept[id], try refusal() != nil else { return }
            refused.note(id, Int(open.stream), entry, open.refusal)
        }
    }

    /// Reads what was added to the streams since.
    func searchNew(_ missing: inout MissingRows) throws {
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
        let condition = Self.isRenamed
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
                skippedIDs: entries,
                evidence: evidence,
                row: isGone ? row : nil
            )
        )
    }
}
