import Redis

/// The entries of the streams beside the rows: each meets its row, makes it a double one, or has none in memory.
extension TableComparison {
    /// Reads the entries of all streams that rows were read for, as far as an id.
    func readEntries(upTo limit: EntryID) throws {
        for number in walks.indices {
            let walk = walks[number]
            guard walk.isNamed || walk.isOwn && run.task.bound == nil else { continue }
            guard let first = walk.first, let last = walk.last.map({ min($0, limit) }), first <= last else { continue }
            var size = walk.size
            let isWhole = try run.scan(run.streams[number].key, first...last, size: &size) { entry, fields, bytes in
                guard let name = ReconcileRun.outboxID(fields, bytes) else { return }
                let refusal = try run.refusal(entry, fields, bytes, of: number)
                meet(bytes.span.extracting(name), entry, number, refusal)
            } betweenPages: {
                try strangers.lookUp(isAll: false)
            }
            walks[number].size = size
            walks[number].first = isWhole ? last.next : nil
            if !isWhole { run.unreadable.insert(number) }
        }
    }

    /// Notes an entry: its row, or that it has none so far.
    func meet(_ id: Span<UInt8>, _ entry: EntryID, _ number: Int, _ refusal: SkipReason?) {
        let bits = UUIDBits(id)
        guard !note(bits, id, entry, number, refusal), run.task.bound == nil else { return }
        let time = run.time(of: entry, bits)
        guard time >= run.task.since ?? 0, time <= run.task.until ?? .max else { return }
        strangers.add(Stranger(id: id.array, bits: bits, entry: entry, number: number, refusal: refusal))
    }

    /// Notes an entry, if its row is in memory; whether it is.
    private func note(
        _ bits: UUIDBits?,
        _ id: Span<UInt8>,
        _ entry: EntryID,
        _ number: Int,
        _ refusal: SkipReason?
    ) -> Bool {
        switch rows.note(bits, id, refusal, in: number, at: entry) {
        case .stranger: return false
        case .first, .otherStream: break
        case .refused(let others):
            if let refusal { refuse(id, number, entry, refusal, others: others) }
        case .second(let first):
            let entries = (first.map { [$0] } ?? []) + [entry]
            let skipped = refusal.map { DoubledRows.Skipped(entries: [entry], count: 1, refusal: $0) }
            double(id.array, number, entries, count: 2, skipped, isForged: skipped != nil && first ?? .zero < entry)
        case .beside(let count, let first):
            let id = id.array
            let skipped = DoubledRows.Skipped(refused.forget(id), count: count, first)
            double(id, number, skipped.entries + [entry], count: count + 1, skipped, isForged: skipped.isBehind(entry))
        case .further(let isForged):
            if isForged { run.report.forgedDuplicates += 1 }
            doubles.note(id.array, entry, refusal)
        }
        return true
    }

    /// Looks through the rest of all streams for the rows that have no entry yet, without noting anything else.
    func searchRest() throws {
        for number in walks.indices where walks[number].isNamed {
            let walk = walks[number]
            guard let first = walk.first, let last = walk.last, first <= last else { continue }
            var size = walk.size
            let isWhole = try run.scan(run.streams[number].key, first...last, size: &size) { entry, fields, bytes in
                guard let name = ReconcileRun.outboxID(fields, bytes) else { return }
                let id = bytes.span.extracting(name)
                _ = note(UUIDBits(id), id, entry, number, try run.refusal(entry, fields, bytes, of: number))
            }
            if !isWhole { run.unreadable.insert(number) }
        }
    }

    /// Notes a row that has more than one entry, from now on.
    ///
    /// - Parameters:
    ///   - entries: those that are known.
    ///   - count: how many it has.
    ///   - skipped: those of them that consumers skip; nil where there is none.
    ///   - isForged: whether one of these came after one that consumers take.
    func double(
        _ id: [UInt8],
        _ number: Int,
        _ entries: [EntryID],
        count: Int,
        _ skipped: DoubledRows.Skipped?,
        isForged: Bool,
        publishedAt: UInt64? = nil
    ) {
        run.report.counts[.duplicate, default: 0] += 1
        if isForged { run.report.forgedDuplicates += 1 }
        guard run.isListed(.duplicate), doubles.count + (run.items[.duplicate]?.count ?? 0) < run.task.limit else {
            return
        }
        doubles.insert(id, number, entries, count: count, skipped, publishedAt: publishedAt)
    }
}
