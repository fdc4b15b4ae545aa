import Postgres
import Redis
import Text

/// How one message stands on both sides, where that is worth a word.
package enum ReconcileStatus: String, Sendable, CaseIterable {
    /// The row says that it was published, and its entry is in no stream, for no other reason than a loss.
    case lost
    /// Its entries are there, and consumers skip them all: they are not signed, or their signatures are not valid.
    case invalid
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
        /// Those of these that consumers skip, since they are not signed or their signatures are not valid.
        package let skippedIDs: [EntryID]
        /// Whether it is an orphan whose signature is not valid: forged, or published with another key. One that was cleaned up is valid.
        package internal(set) var isInvalidOrphan = false
        /// Why it is called so, in a clause.
        package let evidence: TerminalText
        /// The row as it was seen last; nil where it was not looked at again, or where its entry may be there all the same.
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
        /// The rows are for more streams than can be told apart at a time, which are this many.
        case tooManyStreams(limit: Int)
        /// The database was lost, or refused to go on.
        case databaseFailed(PostgresError)
    }

    /// What is not as it should be, at most as many as were asked for: what is lost first, then by status; each the oldest first.
    package internal(set) var items: [Item] = []
    /// Rows that were compared, but for those that somebody changed or deleted in between.
    package internal(set) var checked: UInt64 = 0
    /// How many have a status.
    package internal(set) var counts: [ReconcileStatus: UInt64] = [:]
    /// Of the duplicates, how many have an entry that consumers skip behind one that they take. Those whose skipped entries came
    /// before were published again since.
    package internal(set) var forgedDuplicates: UInt64 = 0
    /// Of the orphans, how many have a signature that is not valid. One that is not signed, or was not checked, is none of them.
    package internal(set) var invalidOrphans: UInt64 = 0
    /// From when on none of these was made, in Unix milliseconds, where the key was perhaps changed since: no valid signature is older than
    /// one that is not. Nil where it is not so.
    package internal(set) var sinceKeyChange: UInt64?
    /// Of the unknown ones, how many are lost unless their entries were trimmed with ACKED, of which Redis 8.2 and newer do not tell.
    package internal(set) var lostUnlessAcknowledged: UInt64 = 0
    /// Entries that were looked at.
    package internal(set) var entries: UInt64 = 0
    /// Whether signatures were checked.
    package internal(set) var checksSignatures = false
    /// Entries whose signatures could not be checked, since there is no key for their scheme.
    package internal(set) var unchecked: UInt64 = 0
    /// Streams that may have been signed with another key.
    package internal(set) var otherKeys: [KeyDoubt] = []
    /// Whether any stream of the bus exists.
    package internal(set) var hasStreams = true
    /// Whether none of the streams that the outboxes are published to ever had an entry, as far as they may be looked at: all was lost and
    /// made anew, or nobody ever used them.
    package internal(set) var isUnused = false
    /// Rows of which no entry was found before it ended early.
    package internal(set) var unsettled: UInt64 = 0
    /// What is wrong with tables.
    package internal(set) var problems: [OutboxProblem] = []
    /// Streams that could not be read, and why.
    package internal(set) var unread: [Unread] = []
    /// Failures of keys that hold no stream: the services can neither publish nor write dead letters there.
    package internal(set) var otherTypes: [Finding] = []
    /// How much the clock of Redis is ahead of that of the database, in milliseconds; nil where one of them was not told.
    package internal(set) var clockLead: Int?
    /// The clock of the database in Unix milliseconds.
    package internal(set) var now: UInt64 = 0
    /// How it ended.
    package internal(set) var ending = Ending.complete

    /// Whether there were more rows, or more entries to read for them, than the bound allows.
    package internal(set) var isCutShort = false

    /// Rows whose one entry is there.
    package var present: UInt64 {
        checked - min(checked, count(.lost) + count(.invalid) + count(.duplicate) + count(.unknown) + unsettled)
    }

    /// How many have a status.
    package func count(_ status: ReconcileStatus) -> UInt64 { counts[status] ?? 0 }

    /// Rows that have an entry, whatever consumers make of it.
    var found: UInt64 { present + count(.duplicate) + count(.invalid) }

    /// From this many rows on it is no chance that none of them has an entry.
    static let many: UInt64 = 100
    /// The same where there are entries, and no row has one of them.
    private static let manyAmongOthers: UInt64 = 10
    /// From this many signatures on it is no chance that few of them are valid.
    private static let fewSignatures: UInt64 = 10

    /// Whether the streams may be those of other services: of many rows that were published none has an entry.
    package var isOtherBus: Bool {
        let many = count(.orphan) > 0 ? Self.manyAmongOthers : Self.many
        return checked >= many && found == 0 && unsettled == 0 && count(.lost) + count(.orphan) > 0
    }

    /// What speaks for another server than that of the services.
    package enum ServerDoubt: Sendable, Equatable {
        /// No stream of the bus exists.
        case noStreams
        /// The streams exist, and never had an entry. After the loss of everything they look the same.
        case neverUsed
        /// There are entries, and none of them is of a row.
        case onlyOthers
    }

    /// Why rows may be returned only where somebody says that this is the right server; nil where nothing speaks against it.
    package var serverDoubt: ServerDoubt? {
        guard isOtherBus else { return nil }
        if !hasStreams { return .noStreams }
        if count(.orphan) > 0 { return .onlyOthers }
        return isUnused ? .neverUsed : nil
    }

    /// Of these streams, those with enough entries that it is no chance.
    package var certainOtherKeys: [KeyDoubt] { otherKeys.filter { $0.entries >= Self.fewSignatures } }

    /// What the first stream tells that has a row that is called invalid, and was perhaps signed with the right key; nil for none.
    package var doubtfulKey: KeyDoubt? {
        items.lazy.filter { $0.status == .invalid }.compactMap { item in
            otherKeys.first { $0.stream == item.stream }
        }.first
    }

    /// How many rows of a status can be returned to waiting, and how many cannot, since their entries may be there all the same.
    /// Those that are not listed are counted with those that are.
    package func returnable(_ status: ReconcileStatus) -> (open: UInt64, fixed: UInt64) {
        let listed = items.filter { $0.status == status }
        let fixed = UInt64(listed.count { $0.row == nil })
        return fixed == listed.count ? (0, count(status)) : (count(status) - min(count(status), fixed), fixed)
    }

    /// The plan that returns rows among `items` to waiting, each as it was seen, the oldest first.
    ///
    /// - Parameter statuses: how the rows stand that are meant. Those whose entries may be there all the same are left out.
    package func requeue(_ statuses: Set<ReconcileStatus>) -> OutboxPlan {
        let chosen = items.filter { statuses.contains($0.status) }
        return OutboxPlan(
            chosen.compactMap(\.row).sorted { $0.precedes($1) }.map { OutboxPlan.Item($0.id, $0, .planned) },
            isCutShort: UInt64(chosen.count) < statuses.reduce(0) { $0 + count($1) },
            problems: problems,
            now: now
        )
    }
}

extension ReconcileReport.Item {
    /// The first entry that consumers skip and that came after one that they take: forged, or published again with another key. Nil where
    /// there is none.
    package var forgedID: EntryID? {
        guard status == .duplicate, let taken = entryIDs.first(where: { !skippedIDs.contains($0) }) else { return nil }
        return skippedIDs.first { $0 > taken }
    }
}
