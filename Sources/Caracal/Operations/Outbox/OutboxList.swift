import Postgres

/// Lists rows of the outboxes, the oldest first: `outbox ls`.
package struct OutboxList: Sendable {
    /// Which rows are meant.
    package let filter: OutboxFilter
    /// What has to be in their messages.
    package let selector: MessageSelector
    /// How many are listed.
    package let limit: Int
    /// Whether the payloads are shown.
    package let hasPayloads: Bool

    package init(_ filter: OutboxFilter, selector: MessageSelector, limit: Int, hasPayloads: Bool) {
        self.filter = filter
        self.selector = selector
        self.limit = limit
        self.hasPayloads = hasPayloads
    }

    /// What a look comes to.
    package struct Report: Sendable, Equatable {
        /// The rows, the oldest first.
        package let rows: [OutboxRow]
        /// Whether more rows are meant.
        package let isCutShort: Bool
        /// Rows whose payload could not be read where the selector asks for what is in it.
        package let unreadable: Int
        /// What is wrong with tables.
        package let problems: [OutboxProblem]
        /// The clock of the database in Unix milliseconds.
        package let now: UInt64
    }

    /// How many rows are asked for in one statement where their messages decide.
    private static let page = 100

    /// Looks; nothing is changed.
    package func run(on connection: PostgresConnection) throws(PostgresError) -> Report {
        let reader = OutboxReader(connection)
        let now = try reader.now()
        var unreadable = 0
        let (found, problems) = try reader.each(OutboxTable.allCases.filter(filter.applies)) {
            table throws(PostgresError) in
            try rows(of: table, reader, &unreadable)
        }
        let all = found.flatMap { $0 }.sorted { $0.precedes($1) }
        return Report(
            rows: Array(all.prefix(limit)),
            isCutShort: all.count > limit,
            unreadable: unreadable,
            problems: problems,
            now: now
        )
    }

    /// One row more than are listed.
    private func rows(
        of table: OutboxTable,
        _ reader: OutboxReader,
        _ unreadable: inout Int
    ) throws(PostgresError) -> [OutboxRow] {
        guard !selector.isAll else {
            return try reader.rows(of: table, filter, limit: limit + 1, hasPayload: hasPayloads)
        }
        var (rows, matcher): ([OutboxRow], EntryMatcher) = ([], EntryMatcher(selector))
        var last: OutboxRow?
        while rows.count <= limit {
            let page = try reader.rows(of: table, filter, limit: Self.page, after: last, hasPayload: true)
            for row in page {
                switch row.message {
                case .success(let message):
                    if matcher.takes(message.fields, in: message.bytes, of: nil) { rows.append(row) }
                case .failure, nil: unreadable += 1
                }
            }
            last = page.last
            if page.count < Self.page { break }
        }
        unreadable += Int(clamping: matcher.unreadable)
        return Array(rows.prefix(limit + 1))
    }
}
