import Postgres
import Redis
import Text

/// Compares the outboxes with the streams: `outbox reconcile`. Only reads.
///
/// First the rows, then the streams, then what is missing once more, in both: a row that says it was published when it is read had its
/// entry before that. An entry is told by its `outbox_id` alone, wherever in its stream it is. What is not there is looked for in the dead
/// letters, and its row is read again, before it is called missing: somebody may have requeued it.
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
    /// Only rows made at or before this, in Unix milliseconds; nil for all.
    package let until: UInt64?
    /// How many items are listed at most, of each status.
    package let limit: Int

    /// Where it ends early; nil for nowhere. With a bound only what is missing is looked for.
    package let bound: Bound?

    /// Once there are this many rows without an entry that consumers take, these are settled before more rows are read.
    var keptRoom = 1_000_000

    /// How much is read at most.
    package struct Bound: Sendable {
        /// Rows of each table: the newest ones.
        package let rows: Int
        /// Entries of all streams, to the end of a page.
        package let entries: UInt64

        package init(rows: Int, entries: UInt64) {
            self.rows = rows
            self.entries = entries
        }

        /// That it was reached.
        struct Reached: Error {}
    }

    package init(streams: [[UInt8]] = [], since: UInt64? = nil, until: UInt64? = nil, limit: Int, bound: Bound? = nil) {
        self.streams = streams
        self.since = since
        self.until = until
        self.limit = limit
        self.bound = bound
    }

    /// Looks; nothing is changed. What was found before either side was lost, or before a request to stop, is in the report.
    ///
    /// - Parameters:
    ///   - judge: judges the signatures of entries, since consumers skip those that are not valid; nil where there is no key.
    ///   - afterPage: is told after each page of rows or entries.
    package func run(
        on database: PostgresConnection,
        _ channel: ReconnectingChannel,
        judge: EntryJudge?,
        afterPage: @escaping (Progress) throws -> Void
    ) throws -> ReconcileReport {
        let run = ReconcileRun(self, database, channel, judge, afterPage)
        do {
            try run.begin()
            // All of them before the first is compared: entries without a row there are looked for in each.
            (run.tables, run.report.problems) = try OutboxReader(database).each { table throws(PostgresError) in
                try database.check(table)
                return table
            }
            for table in run.tables { try TableComparison(run, table).compare() }
            try run.tryKey()
        } catch is Bound.Reached {
            run.report.isCutShort = true
        } catch let error as ReconcileRun.StreamLimitError {
            run.report.ending = .tooManyStreams(limit: error.limit)
        } catch let error as RedisError {
            run.report.ending = error.signal.map { .interrupted(signal: $0) } ?? .lost(error)
        } catch let error as PostgresError {
            run.report.ending = error.signal.map { .interrupted(signal: $0) } ?? .databaseFailed(error)
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
