import Postgres
import Redis
import Text

/// Compares the outboxes with the streams: `outbox reconcile`. Only reads.
///
/// First the rows, then the streams, then what is missing once more, in both: a row that says it was published when it is read had its
/// entry before that. Rows are read in windows of their ids, which are UUIDv7 and so in the order of time; of a stream only the time of
/// the window is read. What is not there is looked for in the whole stream and in its dead letters, and its row is read again, before it
/// is called missing: clocks may have been wrong, and somebody may have requeued it.
package struct OutboxReconcile: Sendable {
    /// How far it has come.
    package struct Progress: Sendable, Equatable {
        /// What is read: a table or a stream.
        package let subject: [UInt8]
        /// Rows or entries that were read of it.
        package let done: UInt64
    }

    /// The keys of the streams that are meant; empty for all.
    package let streams: [[UInt8]]
    /// Only rows made at or after this, in Unix milliseconds; nil for all.
    package let since: UInt64?
    /// How many items are listed at most, of each status.
    package let limit: Int

    package init(streams: [[UInt8]] = [], since: UInt64? = nil, limit: Int) {
        self.streams = streams
        self.since = since
        self.limit = limit
    }

    /// Looks; nothing is changed. What was found before either side was lost, or before a request to stop, is in the report.
    ///
    /// - Parameters:
    ///   - judge: judges the signatures of entries without a row; nil where there is no key.
    ///   - clock: our own time in Unix milliseconds, used when the server does not tell its own.
    package func run(
        on database: PostgresConnection,
        _ channel: ReconnectingChannel,
        judge: EntryJudge?,
        afterPage: (Progress) throws -> Void
    ) throws -> ReconcileReport {
        let run = ReconcileRun(self, database, channel, judge)
        do {
            try run.begin()
            for table in OutboxTable.allCases {
                do throws(PostgresError) { try database.check(table) } catch {
                    guard let lack = OutboxLack(error, of: table) else { throw error }
                    run.report.lacks.append(lack)
                    continue
                }
                try run.compare(table, afterPage)
            }
        } catch let error as RedisError {
            run.report.ending =
                if case .link(.interrupted(let signal)) = error.cause { .interrupted(signal: signal) } else {
                    .lost(error)
                }
        } catch let error as PostgresError {
            run.report.ending =
                if case .link(.interrupted(let signal)) = error.cause { .interrupted(signal: signal) } else {
                    .databaseFailed(error)
                }
        }
        return run.finished()
    }
}

extension PostgresConnection {
    /// Makes sure that a table is there, may be read and has its columns.
    fileprivate func check(_ table: OutboxTable) throws(PostgresError) {
        _ = try query("SELECT \(table.columns(hasPayload: false)) FROM \(table.name) LIMIT 0")
    }
}
