import Postgres
import Text

/// What a look at the outboxes came to, for those who look at more than the outboxes.
package enum OutboxSight<Seen: Sendable & Equatable>: Sendable, Equatable {
    /// The database cannot be asked, and why, in a clause.
    case unreachable(TerminalText)
    /// It was asked.
    case seen(Seen)
}

/// All that `doctor` gathers of the outboxes before anything is judged.
package struct OutboxExamination: Sendable, Equatable {
    /// The counts.
    package var status: OutboxStatus.Report
    /// Why rows of the API were not published, the most frequent first.
    package var errors: [RowError]
    /// Locks that ran out some time ago and that no dispatcher took over, by worker.
    package var staleLocks: [StaleLock]
    /// The size of `event_outbox`; nil where that table cannot be looked at.
    package var growth: Growth?

    /// An error that rows have in common.
    package struct RowError: Sendable, Equatable {
        /// The text up to the first colon.
        package let kind: [UInt8]
        /// Whether the rows are dead; else they are retried.
        package let isDead: Bool
        /// How many rows have it.
        package let count: UInt64
    }

    /// The locks of one worker.
    package struct StaleLock: Sendable, Equatable {
        /// The worker; nil where the row names none.
        package let worker: [UInt8]?
        /// How many rows it has locked.
        package let count: UInt64
        /// When the first of its locks ran out, in Unix milliseconds.
        package let since: UInt64
    }

    /// How large a table is.
    package struct Growth: Sendable, Equatable {
        /// Its bytes, indexes included.
        package let bytes: UInt64
        /// About how many rows it has; nil before its first ANALYZE.
        package let rows: UInt64?
        /// When its oldest row was made, in Unix milliseconds; nil where its id does not tell.
        package let oldest: UInt64?
    }

    /// A dispatcher takes a row whose lock ran out when it polls next, many times a second.
    private static let patience = "interval '10 seconds'"

    /// Looks; nothing is changed.
    package static func look(on connection: PostgresConnection) throws(PostgresError) -> OutboxExamination {
        let status = try OutboxStatus().run(on: connection)
        var examination = OutboxExamination(status: status, errors: [], staleLocks: [], growth: nil)
        guard !status.lacks.contains(where: { $0.outbox == .api }) else { return examination }
        let api = OutboxTable.api
        for row in try connection.query(
            """
            SELECT split_part(last_error, ':', 1), available_at = 'infinity', count(*) FROM \(api.name) \
            WHERE \(api.unpublished) AND available_at > now() AND last_error IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC, 1 LIMIT 20
            """
        ) {
            guard let kind = row.bytes(0), let isDead = row.boolean(1), let count = row.count(2) else { continue }
            examination.errors.append(RowError(kind: kind, isDead: isDead, count: count))
        }
        for row in try connection.query(
            """
            SELECT locked_by, count(*), \(api.milliseconds("min(locked_until)")) FROM \(api.name) \
            WHERE \(api.lockRunOut) AND locked_until < now() - \(patience) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20
            """
        ) {
            guard let count = row.count(1), let since = row.moment(2) else { continue }
            examination.staleLocks.append(StaleLock(worker: row.bytes(0), count: count, since: since))
        }
        let sizes = try connection.query(
            """
            SELECT pg_total_relation_size(oid), reltuples::bigint, (SELECT min(id) FROM \(api.name)) FROM pg_class \
            WHERE oid = '\(api.name)'::regclass
            """
        )
        if let row = sizes.first, let bytes = row.count(0) {
            let oldest = row.bytes(2).flatMap { MessageName.milliseconds(ofUUID: $0) }
            examination.growth = Growth(bytes: bytes, rows: row.count(1), oldest: oldest)
        }
        return examination
    }
}

extension PostgresRow {
    /// A number from 0; nil for anything else.
    func count(_ column: Int) -> UInt64? { integer(column).flatMap { UInt64(exactly: $0) } }
}
