import Postgres

/// Which rows are meant, as SQL that an index serves.
package struct OutboxFilter: Sendable, Equatable {
    /// Rows of a kind.
    package enum Kind: Sendable, Equatable {
        /// All that were not published.
        case unpublished
        /// Those of a state; `waiting` takes in those that are retried or in hand.
        case state(OutboxState)
        /// Those with a lock, whether it has run out or not.
        case locked
        /// Those whose lock ran out.
        case lockRunOut
    }

    /// The kind.
    package var kind: Kind
    /// Only rows of these tables.
    package var tables: [OutboxTable]
    /// Only rows for these streams; empty for all.
    package var streams: [[UInt8]]
    /// Only rows made at or after this, in Unix milliseconds.
    package var since: UInt64?
    /// Only rows made at or before this, in Unix milliseconds.
    package var until: UInt64?
    /// Only rows whose last error begins with this.
    package var reason: [UInt8]?
    /// Only rows that this worker has, or had last.
    package var worker: [UInt8]?

    package init(
        _ kind: Kind,
        tables: [OutboxTable] = OutboxTable.allCases,
        streams: [[UInt8]] = [],
        since: UInt64? = nil,
        until: UInt64? = nil,
        reason: [UInt8]? = nil,
        worker: [UInt8]? = nil
    ) {
        self.kind = kind
        self.tables = tables
        self.streams = streams
        self.since = since
        self.until = until
        self.reason = reason
        self.worker = worker
    }

    /// Whether rows of this table can be meant at all: the Coordinator's have no locks, errors or workers.
    package func applies(to table: OutboxTable) -> Bool {
        let needsLocks = [.locked, .lockRunOut, .state(.inHand)].contains(kind) || reason != nil || worker != nil
        return tables.contains(table) && (table.hasLocks || !needsLocks)
    }
}

extension OutboxFilter {
    /// The condition that a row of `table` has to meet, with `$1` and on for the parameters.
    func condition(on table: OutboxTable) -> (sql: String, parameters: [PostgresValue]) {
        var parts = [kind.condition(on: table)]
        var parameters: [PostgresValue] = []
        func add(_ value: PostgresValue, _ condition: (String) -> String) {
            parameters.append(value)
            parts.append(condition("$\(parameters.count)"))
        }
        if !streams.isEmpty { add(.texts(streams)) { "\(table.stream) = ANY(\($0)::text[])" } }
        if let since { add(OutboxTable.time(since)) { OutboxTable.made(since: $0) } }
        if let until { add(OutboxTable.time(until)) { OutboxTable.made(until: $0) } }
        if let reason { add(.bytes(reason)) { "starts_with(last_error, \($0))" } }
        if let worker { add(.bytes(worker)) { "locked_by = \($0)" } }
        return (parts.joined(separator: " AND "), parameters)
    }
}

extension OutboxFilter.Kind {
    fileprivate func condition(on table: OutboxTable) -> String {
        switch self {
        case .unpublished: table.unpublished
        case .state(let state): table.condition(state)
        case .locked: "\(table.condition(.waiting)) AND locked_until IS NOT NULL"
        case .lockRunOut: table.lockRunOut
        }
    }
}
