import Postgres
import Redis
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
    /// What is wrong with tables, where only a part of one cannot be looked at too: one for each table.
    package var problems: [OutboxProblem]
    /// Why rows of the API were not published, the most frequent first.
    package var errors: [ErrorCount] = []
    /// Locks that ran out some time ago and that no dispatcher took over, by worker; nil where they cannot be looked at.
    package var staleLocks: [StaleLock]?
    /// The size of `event_outbox`; nil where that table cannot be looked at.
    package var growth: Growth?
    /// What was published in the last hour, compared with the streams; nil where that was not done.
    package var losses: ReconcileReport?
    /// What was published before that to streams that were made anew since; nil where there is nothing of that kind.
    package var earlier: EarlierLosses?
    /// Whether there are more rows of that time than are looked at.
    package var isEarlierCut = false
    /// Why that time could not be looked at; nil where it could.
    package var earlierFailure: PostgresError?
    /// What makes the streams and groups that are missing.
    package var lackingBus: LackingBus?

    /// An error that rows have in common.
    package struct ErrorCount: Sendable, Equatable {
        /// The text up to the first colon.
        package let kind: [UInt8]
        /// Whether the rows are dead; else they are retried.
        package let isDead: Bool
        /// How many rows have it.
        package let count: UInt64
    }

    /// What was published to streams before they were made anew, compared with them.
    package struct EarlierLosses: Sendable, Equatable {
        /// When the first row was made that was compared, in Unix milliseconds, or somewhat before.
        package let since: UInt64
        /// What came of it.
        package let report: ReconcileReport
        /// How far what was published goes back; nil where all of it was compared, or where that could not be counted.
        package var extent: EarlierExtent?
    }

    /// How far back the rows go that were published before the bus began, of as many as are counted.
    package struct EarlierExtent: Sendable, Equatable {
        /// When the first of them was made, in Unix milliseconds, or somewhat before.
        package let since: UInt64
        /// How many they are.
        package let rows: UInt64
        /// Whether these are all.
        package let isWhole: Bool
    }

    /// Streams that are missing or lack groups.
    package struct LackingBus: Sendable, Equatable {
        /// Their keys.
        package let streams: Set<[UInt8]>
        /// The command that creates what is missing.
        package let provisioning: TerminalText
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
    private static let lockMargin = "interval '10 seconds'"

    /// How much is compared for `losses`.
    private static let lossBound = OutboxReconcile.Bound(rows: 10_000, entries: 200_000)
    private static let hour: UInt64 = 3_600_000

    /// Looks for rows that are lost: of the last hour, and where a stream was made anew, of the time before that. Nothing is changed.
    ///
    /// - Parameter bus: how the streams of the table were found.
    package mutating func lookForLosses(
        in bus: Examination,
        on database: PostgresConnection,
        _ channel: any CommandChannel
    ) {
        lackingBus = bus.provisioning.map { provisioning in
            let missing = bus.pending.streams.filter { $0.state == .missing }.map(\.definition.key)
            let withoutGroups = bus.pending.groups.filter { $0.definition != nil && $0.info == nil }.map(\.stream.key)
            return LackingBus(streams: Set(missing + withoutGroups), provisioning: provisioning)
        }
        let hour = status.now - min(status.now, Self.hour)
        // What ends it is in its report.
        losses = try? Self.reconcile([], since: hour, until: nil).run(
            on: database,
            ReconnectingChannel(channel),
            judge: nil
        ) { _ in }
        guard losses?.ending == .complete else { return }
        let beginnings = LostBeginnings(bus.pending.streams, now: status.now)
        let sight = beginnings.find(on: database)
        (isEarlierCut, earlierFailure) = (sight.isCut, sight.failure)
        guard let time = sight.time else { return }
        let reconcile = Self.reconcile(sight.streams, since: time.lowerBound, until: time.upperBound)
        // The same.
        guard
            let report = try? reconcile.run(on: database, ReconnectingChannel(channel), judge: nil, afterPage: { _ in })
        else { return isEarlierCut = true }
        isEarlierCut = isEarlierCut || report.isCutShort
        earlier = EarlierLosses(since: time.lowerBound, report: report)
        guard isEarlierCut, report.ending == .complete, report.count(.lost) > 0 else { return }
        do throws(PostgresError) { earlier?.extent = try beginnings.extent(on: database) } catch {
            // That it took too long is no failure: then it is not known.
            if error.signal != nil { earlierFailure = error }
        }
    }

    /// The signal that ended the look for lost rows; nil where none did.
    package var interruption: Int32? {
        for case .interrupted(let signal)? in [losses?.ending, earlier?.report.ending] { return signal }
        return earlierFailure?.signal
    }

    private static func reconcile(_ streams: [[UInt8]], since: UInt64, until: UInt64?) -> OutboxReconcile {
        OutboxReconcile(streams: streams, since: since, until: until, limit: 2 * lossBound.rows, bound: lossBound)
    }

    init(_ status: OutboxStatus.Report) {
        self.status = status
        problems = status.problems
    }

    /// Looks; nothing is changed. A part that cannot be looked at hides no other.
    package static func look(on connection: PostgresConnection) throws(PostgresError) -> OutboxExamination {
        var examination = OutboxExamination(try OutboxStatus().run(on: connection))
        guard !examination.problems.contains(where: { $0.outbox == .api }) else { return examination }
        examination.errors = try examination.part { () throws(PostgresError) in try errors(on: connection) } ?? []
        examination.staleLocks = try examination.part { () throws(PostgresError) in try staleLocks(on: connection) }
        examination.growth = try examination.part { () throws(PostgresError) in try growth(on: connection) } ?? nil
        return examination
    }

    /// A part of the look at the API's table; nil where the table is not as it should be, which is noted once.
    private mutating func part<Seen>(
        _ look: () throws(PostgresError) -> Seen
    ) throws(PostgresError) -> Seen? {
        do throws(PostgresError) { return try look() } catch {
            guard let problem = OutboxProblem(error, of: .api) else { throw error }
            if !problems.contains(where: { $0.outbox == .api }) { problems.append(problem) }
            return nil
        }
    }

    private static func errors(on connection: PostgresConnection) throws(PostgresError) -> [ErrorCount] {
        let api = OutboxTable.api
        let rows = try connection.query(
            """
            SELECT split_part(last_error, ':', 1), available_at = 'infinity', count(*) FROM \(api.name) \
            WHERE \(api.unpublished) AND available_at > now() AND last_error IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC, 1 LIMIT 20
            """
        )
        return rows.compactMap { row in
            guard let kind = row.bytes(0), let isDead = row.boolean(1), let count = row.count(2) else { return nil }
            return ErrorCount(kind: kind, isDead: isDead, count: count)
        }
    }

    private static func staleLocks(on connection: PostgresConnection) throws(PostgresError) -> [StaleLock] {
        let api = OutboxTable.api
        let rows = try connection.query(
            """
            SELECT locked_by, count(*), \(api.milliseconds("min(locked_until)")) FROM \(api.name) \
            WHERE \(api.lockRunOut) AND locked_until < now() - \(lockMargin) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20
            """
        )
        return rows.compactMap { row in
            guard let count = row.count(1), let since = row.moment(2) else { return nil }
            return StaleLock(worker: row.bytes(0), count: count, since: since)
        }
    }

    private static func growth(on connection: PostgresConnection) throws(PostgresError) -> Growth? {
        let api = OutboxTable.api
        let sizes = try connection.query(
            """
            SELECT pg_total_relation_size(oid), reltuples::bigint, (SELECT min(id) FROM \(api.name)) FROM pg_class \
            WHERE oid = '\(api.name)'::regclass
            """
        )
        guard let row = sizes.first, let bytes = row.count(0) else { return nil }
        let oldest = row.bytes(2).flatMap { MessageName.milliseconds(ofUUID: $0) }
        return Growth(bytes: bytes, rows: row.count(1), oldest: oldest)
    }
}

extension PostgresRow {
    /// A number from 0; nil for anything else.
    func count(_ column: Int) -> UInt64? { integer(column).flatMap { UInt64(exactly: $0) } }
}
