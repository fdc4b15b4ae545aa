import Postgres

/// Counts the rows of the outboxes by stream: `outbox`. One statement for each table, which reads indexes only once the table is
/// large, however many rows were published.
package struct OutboxStatus: Sendable {
    /// The keys of the streams that are meant; empty for all.
    package let streams: [[UInt8]]
    /// The tables that are looked at.
    package let tables: [OutboxTable]

    package init(streams: [[UInt8]] = [], tables: [OutboxTable] = OutboxTable.allCases) {
        self.streams = streams
        self.tables = tables
    }

    /// The figures of one stream in one table.
    package struct Line: Sendable, Equatable {
        /// The table.
        package let outbox: OutboxTable
        /// The stream's key.
        package let stream: [UInt8]
        /// Rows that are to be published, those that are retried or in hand among them.
        package internal(set) var waiting: UInt64 = 0
        /// Of these, rows that are to be tried again at a later time.
        package internal(set) var retrying: UInt64 = 0
        /// Of these, rows that a dispatcher has; nil where the table does not tell.
        package internal(set) var inHand: UInt64?
        /// Of these, rows whose lock ran out and was not taken back; nil where there are no locks.
        package internal(set) var lockRunOut: UInt64?
        /// Rows that were given up.
        package internal(set) var dead: UInt64 = 0
        /// When the oldest row that waits was made, in Unix milliseconds; nil where none waits, or that is not known.
        package internal(set) var oldestWaiting: UInt64?
        /// Rows published in the last hour. Of a large table it is a least amount: rows that were requeued, or had waited for
        /// more than an hour, are not found by an index.
        package internal(set) var publishedLastHour: Quantity
    }

    /// What a look comes to.
    package struct Report: Sendable, Equatable {
        /// The figures: first the streams of the provisioning table, in its order.
        package let lines: [Line]
        /// What is wrong with tables.
        package let problems: [OutboxProblem]
        /// The clock of the database in Unix milliseconds.
        package let now: UInt64

        /// Milliseconds for which a line's oldest row has waited; nil where none waits, or that is not known.
        package func oldestAge(_ line: Line) -> UInt64? { line.oldestWaiting.map { now - min(now, $0) } }

        /// Whether rows of a line wait, and nobody knows for how long: one does not tell when it was made.
        package func isAgeUnknown(_ line: Line) -> Bool { line.waiting > 0 && line.oldestWaiting == nil }
    }

    /// Looks; nothing is changed.
    package func run(on connection: PostgresConnection) throws(PostgresError) -> Report {
        let reader = OutboxReader(connection)
        let now = try reader.now()
        let (found, problems) = try reader.each(tables) { table throws(PostgresError) in
            try lines(of: table, on: connection)
        }
        return Report(lines: found.flatMap { $0 }, problems: problems, now: now)
    }

    private func lines(of table: OutboxTable, on connection: PostgresConnection) throws(PostgresError) -> [Line] {
        let sizes = try connection.query(Self.size(table))
        guard let isWhole = sizes.first?.boolean(0) else { throw connection.misshapen("the size of \(table.name)") }
        var lines = table.streams.filter { isMeant($0.key) }.map { Line(table, $0.key, isWhole: isWhole) }
        for row in try connection.query(Self.statement(table, isWhole: isWhole)) {
            guard let line = Line(row, of: table, isWhole: isWhole) else {
                throw connection.misshapen("a count of \(table.name)")
            }
            guard isMeant(line.stream) else { continue }
            if let place = lines.firstIndex(where: { $0.stream == line.stream }) {
                lines[place] = line
            } else {
                lines.append(line)
            }
        }
        return lines
    }

    private func isMeant(_ stream: [UInt8]) -> Bool { streams.isEmpty || streams.contains(stream) }

    /// Whether a table is so small that all of it may be read.
    static func size(_ table: OutboxTable) -> String {
        "SELECT pg_relation_size('\(table.name)'::regclass) <= \(OutboxTable.wholeBytes)"
    }

    /// The statement that counts.
    ///
    /// - Parameter isWhole: whether all rows are read for those that were published in the last hour.
    static func statement(_ table: OutboxTable, isWhole: Bool) -> String {
        let count = { (state: OutboxState) in "count(*) FILTER (WHERE \(table.condition(state)))" }
        let runOut = table.hasLocks ? "count(*) FILTER (WHERE \(table.lockRunOut))" : "NULL::bigint"
        let oldest = "min(created_at) FILTER (WHERE \(table.condition(.waiting)))"
        return """
            SELECT coalesce(u.stream, p.stream), coalesce(u.waiting, 0), coalesce(u.retrying, 0), coalesce(u.in_hand, 0), \
            coalesce(u.run_out, 0), coalesce(u.dead, 0), u.oldest, coalesce(p.published, 0) FROM \
            (SELECT \(table.stream) AS stream, \(count(.waiting)) AS waiting, \(count(.retrying)) AS retrying, \
            \(count(.inHand)) AS in_hand, \(runOut) AS run_out, \(count(.dead)) AS dead, \(table.milliseconds(oldest)) AS oldest \
            FROM \(table.name) WHERE \(table.unpublished) GROUP BY 1) u FULL JOIN \
            (SELECT \(table.stream) AS stream, count(*) AS published FROM \(table.name) WHERE \(table.publishedLastHour(isWhole: isWhole)) \
            GROUP BY 1) p \
            ON u.stream = p.stream ORDER BY 1
            """
    }
}

extension OutboxStatus.Line {
    /// One without rows.
    fileprivate init(_ outbox: OutboxTable, _ stream: [UInt8], isWhole: Bool) {
        self.outbox = outbox
        self.stream = stream
        publishedLastHour = isWhole ? .exact(0) : .atLeast(0)
        inHand = outbox.hasLocks ? 0 : nil
        lockRunOut = inHand
    }

    /// Reads what the statement gives; nil where it gives something else.
    fileprivate init?(_ row: PostgresRow, of outbox: OutboxTable, isWhole: Bool) {
        let number = { (column: Int) in row.integer(column).flatMap { UInt64(exactly: $0) } }
        guard let stream = row.bytes(0), let waiting = number(1), let retrying = number(2), let inHand = number(3),
            let runOut = number(4), let dead = number(5), let published = number(7)
        else { return nil }
        self.init(outbox, stream, isWhole: isWhole)
        self.waiting = waiting
        self.retrying = retrying
        if outbox.hasLocks { (self.inHand, lockRunOut) = (inHand, runOut) }
        self.dead = dead
        oldestWaiting = row.moment(6)
        publishedLastHour = isWhole ? .exact(published) : .atLeast(published)
    }
}
