import Postgres
import Redis
import Text

/// How one message stands on both sides, where that is worth a word.
package enum ReconcileStatus: String, Sendable, CaseIterable {
    /// The row says that it was published, and its entry is in no stream, for no other reason than a loss.
    case lost
    /// There is more than one entry of it.
    case duplicate
    /// Its entry is not there, and whether it was removed or lost is not knowable.
    case unknown
    /// An entry whose `outbox_id` has no row.
    case orphan
}

/// What `outbox reconcile` finds.
package struct ReconcileReport: Sendable, Equatable {
    /// A row or an entry that is not as it should be.
    package struct Item: Sendable, Equatable {
        /// The table that the row is in; for an entry without a row, the one it should be in, where that is known.
        package let outbox: OutboxTable?
        /// The stream's key.
        package let stream: [UInt8]
        /// The row's id: the `outbox_id`.
        package let id: [UInt8]
        /// How it stands.
        package let status: ReconcileStatus
        /// When the row was made, in Unix milliseconds; without a row what its id tells.
        package let createdAt: UInt64?
        /// When it was published, in Unix milliseconds.
        package let publishedAt: UInt64?
        /// Entries of it, the first ones.
        package let entryIDs: [EntryID]
        /// Why it is called so, in a clause.
        package let evidence: TerminalText
        /// The row as it was seen last; nil where it was not looked at again.
        let row: OutboxRow?
    }

    /// A stream that could not be read.
    package struct Unread: Sendable, Equatable {
        /// Its key.
        package let stream: [UInt8]
        /// Why not.
        package let refusal: Refusal
    }

    /// How it ended.
    package enum Ending: Sendable, Equatable {
        /// All of it was done.
        case complete
        /// A request to stop came.
        case interrupted(signal: Int32)
        /// The Redis server was lost.
        case lost(RedisError)
        /// The database was lost, or refused to go on.
        case databaseFailed(PostgresError)
    }

    /// What is not as it should be, at most as many as were asked for: what is lost first, then by status; each the oldest first.
    package internal(set) var items: [Item] = []
    /// Rows that were compared, but for those that somebody changed or deleted in between.
    package internal(set) var checked: UInt64 = 0
    /// How many have a status.
    package internal(set) var counts: [ReconcileStatus: UInt64] = [:]
    /// Entries that were looked at.
    package internal(set) var entries: UInt64 = 0
    /// Rows that had no entry where it should be, and were not looked for elsewhere before it ended early.
    package internal(set) var unsettled: UInt64 = 0
    /// What is wrong with tables.
    package internal(set) var lacks: [OutboxLack] = []
    /// Streams that could not be read, and why.
    package internal(set) var unread: [Unread] = []
    /// How much the clock of Redis is ahead of that of the database, in milliseconds; nil where one of them was not told.
    package internal(set) var clockLead: Int?
    /// The clock of the database in Unix milliseconds.
    package internal(set) var now: UInt64 = 0
    /// How it ended.
    package internal(set) var ending = Ending.complete

    /// Rows whose one entry is there.
    package var present: UInt64 { checked - min(checked, count(.lost) + count(.duplicate) + count(.unknown)) }

    /// How many have a status.
    package func count(_ status: ReconcileStatus) -> UInt64 { counts[status] ?? 0 }

    /// The plan that returns the lost rows among `items` to waiting, each as it was seen.
    package var requeue: OutboxPlan {
        let lost = items.filter { $0.status == .lost }
        return OutboxPlan(
            lost.compactMap { item in item.row.map { OutboxPlan.Item(item.id, $0, .planned) } },
            isCutShort: UInt64(lost.count) < count(.lost),
            lacks: lacks,
            now: now
        )
    }
}
