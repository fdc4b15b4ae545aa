import Postgres

/// Puts rows back to waiting, with no attempts counted: `outbox requeue`. The service's dispatcher publishes them, not we.
package struct OutboxRequeue: Sendable {
    /// Which rows are meant.
    package enum Selection: Sendable, Equatable {
        /// Rows of these ids, in whichever table they are.
        case ids([[UInt8]])
        /// Rows of a filter, at most this many.
        case matching(OutboxFilter, limit: Int)
    }

    /// The rows.
    package let selection: Selection

    package init(_ selection: Selection) { self.selection = selection }

    /// Looks which rows there are, and plans; nothing is changed.
    package func plan(on connection: PostgresConnection) throws(PostgresError) -> OutboxPlan {
        try OutboxPlan.make(selection, on: connection) { row in
            switch row.state {
            case .inHand: .inHand
            case .waiting where row.attempts == 0: .inPlace
            case .waiting, .retrying, .dead, .published: .planned
            }
        }
    }

    /// Puts rows back.
    package static let change = RowChange { table in
        switch table {
        case .api:
            """
            attempts = 0, available_at = now(), locked_until = NULL, locked_by = NULL, last_error = NULL, \
            dispatched_at = NULL
            """
        case .coordinator:
            "status = 'pending', attempts = 0, available_at = now(), published_at = NULL, updated_at = now()"
        }
    }
}

/// Takes locks off rows whose dispatcher is gone: `outbox unlock`. Only the API's rows have any.
package struct OutboxUnlock: Sendable {
    /// The worker whose locks are taken off, run out or not; nil for those of all workers that have run out.
    package let worker: [UInt8]?
    /// The keys of the streams that are meant; empty for all.
    package let streams: [[UInt8]]
    /// How many rows at most.
    package let limit: Int

    package init(worker: [UInt8]?, streams: [[UInt8]], limit: Int) {
        self.worker = worker
        self.streams = streams
        self.limit = limit
    }

    /// Looks which rows there are, and plans; nothing is changed.
    package func plan(on connection: PostgresConnection) throws(PostgresError) -> OutboxPlan {
        let filter = OutboxFilter(worker == nil ? .lockRunOut : .locked, streams: streams, worker: worker)
        return try OutboxPlan.make(.matching(filter, limit: limit), on: connection) { _ in .planned }
    }

    /// Takes locks off.
    package static let change = RowChange { _ in "locked_until = NULL, locked_by = NULL" }

    /// Who has rows in hand, or had last, of those that are meant, for who named another worker; or for which streams that worker
    /// has any.
    package func others(on connection: PostgresConnection) throws(PostgresError) -> Others {
        let own = worker.map { OutboxFilter(.locked, worker: $0) }
        let streams = try own.map { filter throws(PostgresError) in try Self.values("stream_name", filter, connection) }
        let workers = try Self.values("locked_by", OutboxFilter(.locked, streams: self.streams), connection)
        return Others(streams: streams ?? [], workers: workers)
    }

    /// What has a lock and is not meant.
    package struct Others: Sendable, Equatable {
        /// The keys of the streams for which the named worker has rows.
        package let streams: [[UInt8]]
        /// The workers that have rows for the streams that are meant.
        package let workers: [[UInt8]]
    }

    /// The values of a column, those of most rows first.
    private static func values(
        _ column: String,
        _ filter: OutboxFilter,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [[UInt8]] {
        let (condition, parameters) = filter.condition(on: .api)
        return try connection.query(
            """
            SELECT \(column) FROM event_outbox WHERE \(condition) AND \(column) IS NOT NULL \
            GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 20
            """,
            parameters
        ).compactMap { $0.bytes(0) }
    }
}

extension OutboxPlan {
    /// Looks up the rows that are meant.
    ///
    /// - Parameter judge: what is to become of one.
    static func make(
        _ selection: OutboxRequeue.Selection,
        on connection: PostgresConnection,
        _ judge: (OutboxRow) -> OutboxOutcome
    ) throws(PostgresError) -> OutboxPlan {
        let reader = OutboxReader(connection)
        let now = try reader.now()
        switch selection {
        case .ids(let ids):
            let (found, problems) = try reader.each { table throws(PostgresError) in
                try reader.rows(of: table, ids: ids)
            }
            let rows = Dictionary(grouping: found.flatMap { $0 }, by: \.id)
            let items = ids.flatMap { id in
                rows[id].map { $0.map { Item(id, $0, judge($0)) } } ?? [Item(id, nil, .missing)]
            }
            return OutboxPlan(items, problems: problems, now: now)
        case .matching(let filter, let limit):
            let tables = OutboxTable.allCases.filter { filter.applies(to: $0) }
            let (found, problems) = try reader.each(tables) { table throws(PostgresError) in
                try reader.rows(of: table, filter, limit: limit + 1)
            }
            let rows = found.flatMap { $0 }.sorted { $0.precedes($1) }
            return OutboxPlan(
                rows.prefix(limit).map { Item($0.id, $0, judge($0)) },
                isCutShort: rows.count > limit,
                problems: problems,
                now: now
            )
        }
    }
}
