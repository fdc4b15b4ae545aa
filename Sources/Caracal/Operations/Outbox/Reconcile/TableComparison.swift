import Postgres
import Redis

/// The comparison of one outbox with the streams: its rows in the order of their ids, and beside them the entries of the same time.
///
/// All rows are read in one transaction, as they were at one moment. A row that is published then had its entry before, so whatever is read of
/// a stream afterwards shows it, whenever that is, up to the last id that the stream has just after that moment. An entry is
/// told by its `outbox_id` alone: times only decide what is read when, so that little has to be remembered, and wrong clocks cost memory
/// and nothing else.
final class TableComparison {
    let run: ReconcileRun
    let outbox: OutboxTable
    var rows = ComparedRows()
    /// How far each stream was read, by its number.
    var walks: [StreamWalk] = []
    /// The id behind which the rows at hand are; nil for the beginning.
    private(set) var after: [UInt8]?
    /// Whether all rows were read.
    private(set) var isLast = false
    /// Rows with entries of more than one, of which items are made.
    var doubles = DoubledRows()
    /// Entries of rows that consumers skip.
    var refused: RefusedEntries
    /// Entries that have no row in memory.
    private(set) lazy var strangers = Strangers(of: self)
    /// Rows that were published before the oldest entry of their trimmed streams.
    private(set) lazy var trimmed = TrimmedRows(of: self)

    /// How many rows were read in this pass, and the id of the last of them.
    private(set) var passRows: UInt64 = 0
    private(set) var passEnd: [UInt8]?
    /// The oldest transaction that was open, or was to come, at the moment that the rows are of.
    private(set) var oldestTransaction: String?

    /// How many rows are read at a time.
    private static let pageRows = 16_384
    /// Once there are this many rows that were taken for trimmed with entries that consumers skip, these are settled before more rows are
    /// read, as those of `OutboxReconcile.keptRoom` are.
    private static let trimmedRoom = 100_000

    init(_ run: ReconcileRun, _ outbox: OutboxTable) {
        self.run = run
        self.outbox = outbox
        refused = RefusedEntries(limit: run.task.limit)
    }

    /// Compares all rows of the table.
    func compare() throws {
        for stream in outbox.streams
        where run.task.bound == nil && (run.task.streams.isEmpty || run.task.streams.contains(stream.key)) {
            _ = try walk(of: stream.key)
        }
        after = try firstBound()
        repeat {
            after = try pass()
        } while after != nil
    }

    /// With a bound the id behind which the rows are that are within it; nil where all are.
    private func firstBound() throws -> [UInt8]? {
        guard let bound = run.task.bound else { return nil }
        let (sql, parameters) = condition()
        let rows = try run.database.query(
            "SELECT id FROM \(outbox.name) WHERE \(sql) ORDER BY id DESC OFFSET \(bound.rows) LIMIT 1",
            parameters
        )
        guard let id = rows.first?.bytes(0) else { return nil }
        run.report.isCutShort = true
        return id
    }

    /// The condition for the rows behind an id.
    func condition() -> (sql: String, parameters: [PostgresValue]) {
        var parts = [outbox.condition(.published)]
        var parameters: [PostgresValue] = []
        func add(_ value: PostgresValue, _ condition: (String) -> String) {
            parameters.append(value)
            parts.append(condition("$\(parameters.count)"))
        }
        if let until = run.task.until {
            add(.bytes(UUIDBits.first(of: until.saturatingAdd(run.margin)).text)) { "id < \($0)" }
            add(OutboxTable.time(until)) { OutboxTable.made(until: $0) }
        }
        if let since = run.task.since {
            // The id first, for the index; a row that has no UUIDv7 is not found by its time.
            if after == nil { add(.bytes(UUIDBits.first(of: since - min(since, run.margin)).text)) { "id >= \($0)" } }
            add(OutboxTable.time(since)) { OutboxTable.made(since: $0) }
        }
        if let after { add(.bytes(after)) { "id > \($0)" } }
        if !run.task.streams.isEmpty { add(.texts(run.task.streams)) { "\(outbox.stream) = ANY(\($0)::text[])" } }
        return (parts.joined(separator: " AND "), parameters)
    }

    /// The rows with these ids that are compared: their streams, and when they were published, in Unix milliseconds.
    ///
    /// - Parameter last: the id of the last row that is meant; nil for all.
    func compared(
        _ ids: [[UInt8]],
        upTo last: [UInt8]? = nil
    ) throws -> [[UInt8]: (stream: [UInt8], publishedAt: UInt64?)] {
        var (sql, parameters) = condition()
        // The database compares, which knows its own order.
        if let last {
            parameters.append(.bytes(last))
            sql += " AND id <= $\(parameters.count)"
        }
        let rows = try run.database.query(
            """
            SELECT id, \(outbox.stream), \(outbox.milliseconds(outbox.publishedAt)) FROM \(outbox.name) \
            WHERE \(sql) AND id = ANY($\(parameters.count + 1)::text[])
            """,
            parameters + [.texts(among: ids)]
        )
        var known: [[UInt8]: (stream: [UInt8], publishedAt: UInt64?)] = [:]
        for row in rows {
            guard let id = row.bytes(0), let stream = row.bytes(1) else { continue }
            known[id] = (stream, row.moment(2))
        }
        return known
    }

    // MARK: A pass

    /// Compares the rows behind an id, as they are at one moment; the id behind which to go on, nil at the end.
    private func pass() throws -> [UInt8]? {
        try run.look()
        for number in walks.indices { walks[number].begin(run.states[number], run) }
        var next: [UInt8]?
        try run.database.begin(.readsOneMoment)
        do {
            next = try read()
            try run.database.commit(wasWriting: false)
        } catch {
            run.database.rollBack()
            run.report.unsettled += rows.missingCount
            throw error
        }
        refused.remember(rows)
        var missing = MissingRowsSettlement(of: self, rows.takeMissing())
        try missing.settle()
        try settleRefused()
        try trimmed.list()
        try strangers.settle()
        try listDoubles()
        return next
    }

    private func read() throws -> [UInt8]? {
        (passRows, passEnd) = (0, nil)
        oldestTransaction = try run.database.query(
            "SELECT (txid_snapshot_xmin(txid_current_snapshot()) % 4294967296)::text"
        ).first?.text(0)
        let (sql, parameters) = condition()
        let pages = try run.database.stream(
            "SELECT id, \(outbox.stream), \(outbox.publishedAt)::timestamptz FROM \(outbox.name) WHERE \(sql) ORDER BY id",
            parameters,
            pageSize: Self.pageRows,
            isBinary: true
        )
        try run.look()
        for number in walks.indices { walks[number].last = run.states[number].info?.lastGeneratedID }
        isLast = false
        while let page = try pages.next() {
            try take(page)
            try strangers.meetEarly()
            guard rows.keptCount(limit: run.task.keptRoom) < run.task.keptRoom, strangers.hasRoom,
                refused.trimmedCount < Self.trimmedRoom
            else {
                try pages.close()
                try strangers.lookUp(isAll: true)
                try searchRest()
                let last = page.last?.bytes(0)
                try trimmed.searchLetters(upTo: last)
                return last
            }
            if let time = rows.frontier?.milliseconds {
                try readEntries(upTo: EntryID(milliseconds: run.onRedis(time), sequence: .max))
                rows.age()
            }
        }
        isLast = true
        try strangers.meetEarly()
        try readEntries(upTo: .maximum)
        try strangers.lookUp(isAll: true)
        try trimmed.searchLetters()
        return nil
    }

    private func take(_ page: PostgresRows) throws {
        var known: (key: [UInt8], number: Int)?
        for row in page {
            try row.withBytes(1) { key in
                guard let key else { return }
                if let known, Span(_unsafeElements: key).equals(known.key) { return }
                known = (Array(key), try walk(of: Array(key)))
                if let known { walks[known.number].isNamed = true }
            }
            let isTrimmed = known.map { walks[$0.number].isTrimmed(row.binaryTime(2)) } ?? false
            row.withBytes(0) { id in
                guard let id, let known else { return }
                let text = Span(_unsafeElements: id)
                guard isTrimmed else { return rows.insert(text, stream: known.number) }
                rows.pass(text)
                walks[known.number].hasTrimmed = true
                trimmed.note(text)
            }
        }
        run.report.checked += UInt64(page.count)
        passRows += UInt64(page.count)
        passEnd = page.last?.bytes(0)
        try run.afterPage(OutboxReconcile.Progress(subject: Array(outbox.name.utf8), done: run.report.checked))
    }

    /// When the first row was made that is compared, in Unix milliseconds; nil where that is not known.
    private var beginning: UInt64? {
        run.task.bound == nil ? run.task.since : after.flatMap { UUIDBits($0.span)?.milliseconds } ?? run.task.since
    }

    /// The number of a stream, of which a walk is begun where there is none.
    private func walk(of key: [UInt8]) throws -> Int {
        let number = try run.number(of: key)
        while walks.count < run.streams.count {
            walks.append(StreamWalk(run.streams[walks.count], outbox))
            let walk = walks.count - 1
            walks[walk].first =
                beginning.map { EntryID(milliseconds: run.onRedis($0, earlier: true), sequence: 0) } ?? .zero
            walks[walk].start = walks[walk].first ?? .zero
            run.countSignatures(of: walk, from: walks[walk].start)
            walks[walk].last = run.states[walk].info?.lastGeneratedID
        }
        return number
    }
}
