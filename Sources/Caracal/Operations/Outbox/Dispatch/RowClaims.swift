import Postgres
import Redis

/// Takes rows of one table as its service's dispatcher does, and records what became of them, in the table's own terms.
///
/// The API locks rows for a time, and counts the attempt when it begins. The Coordinator holds row locks in a transaction from
/// the claim to the record, and counts the attempt when it ends.
struct RowClaims {
    /// The table.
    let outbox: OutboxTable
    /// How its service works.
    let rules: DispatchRules
    /// Who we are to other dispatchers (`locked_by`): a name that nobody else has.
    let worker: [UInt8]

    /// How many rows are there to be taken now, by stream.
    ///
    /// - Parameter until: when an answer is due; nil for as the session has it.
    func available(
        on database: PostgresConnection,
        until: Deadline? = nil
    ) throws(PostgresError) -> [(stream: [UInt8], count: UInt64)] {
        let statement = "SELECT \(outbox.stream), count(*) FROM \(outbox.name) WHERE \(outbox.isAvailable) GROUP BY 1"
        var streams: [(stream: [UInt8], count: UInt64)] = []
        for row in try database.query(statement, [], until: until) {
            guard let stream = row.bytes(0), let count = row.integer(1).flatMap({ UInt64(exactly: $0) }) else {
                throw database.misshapen("a count of \(outbox.name)")
            }
            streams.append((stream, count))
        }
        return streams
    }

    /// The rows that would be taken next, in their order; none is taken.
    func next(of streams: [[UInt8]], on database: PostgresConnection) throws(PostgresError) -> [ClaimedRow] {
        try read(database.query(selection(lock: ""), [.texts(streams), .integer(Int64(rules.batch))]), database)
    }

    /// Takes at most a batch of rows for these streams, in their order; nothing is open where there are none.
    func claim(_ streams: [[UInt8]], on database: PostgresConnection) throws(PostgresError) -> [ClaimedRow] {
        let parameters: [PostgresValue] = [.texts(streams), .integer(Int64(rules.batch))]
        let lock = "FOR UPDATE SKIP LOCKED"
        switch outbox {
        case .api:
            let statement = """
                WITH claimed AS (UPDATE event_outbox SET locked_until = now() + $3::int * interval '1 second', \
                locked_by = $4, attempts = attempts + 1 WHERE id = ANY(ARRAY(SELECT id FROM (\(selection(lock: lock))) AS next)) \
                RETURNING \(Self.columns(of: outbox)), available_at) SELECT * FROM claimed ORDER BY available_at, id
                """
            let own: [PostgresValue] = [.integer(Int64(rules.lockSeconds)), .bytes(worker)]
            return try read(database.execute(statement, parameters + own), database)
        case .coordinator:
            try database.begin(.writes)
            do throws(PostgresError) {
                let rows = try read(database.query(selection(lock: lock), parameters), database)
                if rows.isEmpty { database.rollBack() }
                return rows
            } catch {
                database.rollBack()
                throw error
            }
        }
    }

    /// Records what became of rows, those that are as we took them only: rows that another dispatcher has taken since, or that
    /// were deleted, stay as they are. The same may be recorded again where the answer was lost: it counts once. Waits for all
    /// answers through a first request to stop, that to BEGIN too.
    ///
    /// - Parameter result: what it came to, as far as it is certain where this throws: of the API's rows those that were published are
    ///   marked by a statement of their own.
    func record(
        _ record: DispatchRecord,
        _ result: inout DispatchRecord.Result,
        on database: PostgresConnection
    ) throws(PostgresError) {
        var until = Deadline.after(database.timeouts.command)
        until.heedsInterrupts = false
        if outbox == .coordinator, !database.isInTransaction { try database.begin(.writes, heedsInterrupts: false) }
        var recorded = DispatchRecord.Result()
        do throws(PostgresError) {
            if !record.published.isEmpty {
                let marked = try database.execute(marking.sql, [.texts(record.published)] + marking.own, until: until)
                if marked.affected < record.published.count {
                    recorded.unmarked = try unpublished(record.published, on: database, until: until)
                }
                if !database.isInTransaction { result.unmarked = recorded.unmarked }
            }
            if !record.failed.isEmpty {
                let values: [PostgresValue] = [.texts(record.failed.map(\.id)), .integer(Int64(rules.maxAttempts))]
                let changed = try database.execute(failing.sql, values + failing.own(record.failed), until: until)
                for row in changed where row.boolean(1) == true {
                    if let id = row.bytes(0) { recorded.dead.append(id) }
                }
            }
        } catch {
            database.rollBack(heedsInterrupts: false)
            throw error
        }
        if database.isInTransaction { try database.commit() }
        result = recorded
    }

    /// Which of these rows are not marked as published.
    private func unpublished(
        _ ids: [[UInt8]],
        on database: PostgresConnection,
        until: Deadline
    ) throws(PostgresError) -> [[UInt8]] {
        let statement = "SELECT id FROM \(outbox.name) WHERE id = ANY($1::text[]) AND \(outbox.unpublished)"
        return try database.query(statement, [.texts(ids)], until: until).compactMap { $0.bytes(0) }
    }

    private func read(_ rows: PostgresRows, _ database: PostgresConnection) throws(PostgresError) -> [ClaimedRow] {
        var claimed: [ClaimedRow] = []
        for row in rows {
            guard let row = ClaimedRow(row) else { throw database.misshapen("a row of \(outbox.name)") }
            claimed.append(row)
        }
        return claimed
    }
}

// MARK: - The statements

extension RowClaims {
    fileprivate static func columns(of outbox: OutboxTable) -> String {
        "id, \(outbox.stream), payload_json::text, \(outbox == .api ? "NULL" : "dedupe_key"), attempts"
    }

    /// `$1`: the streams, `$2`: how many rows. Of the API's in the order of an index, which an id as well would have sorted.
    private func selection(lock: String) -> String {
        """
        SELECT \(Self.columns(of: outbox)) FROM \(outbox.name) WHERE \(outbox.isAvailable) AND \(outbox.stream) = ANY($1::text[]) \
        ORDER BY \(outbox == .api ? "available_at" : "created_at, id") LIMIT $2 \(lock)
        """
    }

    /// `$1`: the ids of rows that were published.
    private var marking: (sql: String, own: [PostgresValue]) {
        switch outbox {
        case .api:
            (
                """
                UPDATE event_outbox SET dispatched_at = now(), locked_until = NULL, last_error = NULL \
                WHERE id = ANY($1::text[]) AND dispatched_at IS NULL AND locked_by = $2
                """, [.bytes(worker)]
            )
        case .coordinator:
            (
                """
                UPDATE caracal_outbox SET status = 'published', attempts = attempts + 1, published_at = now(), \
                updated_at = now() WHERE id = ANY($1::text[]) AND \(outbox.condition(.waiting))
                """, []
            )
        }
    }

    /// `$1`: the ids of rows that were not published, `$2`: after how many attempts a row is given up; for the API `$3`: why, and
    /// `$4`: who we are; for the Coordinator `$3`: how many attempts each had when it was taken. Gives id, and whether the row is
    /// given up.
    private var failing: (sql: String, own: ([DispatchRecord.Failed]) -> [PostgresValue]) {
        switch outbox {
        case .api:
            (
                """
                UPDATE event_outbox AS o SET locked_until = NULL, last_error = f.reason, available_at = CASE \
                WHEN o.attempts >= $2::int THEN 'infinity'::timestamptz ELSE now() + interval '1 second' * \
                floor(least(60, power(2, least(o.attempts, 6))) * (1 + 0.3 * random())) END \
                FROM unnest($1::text[], $3::text[]) AS f(id, reason) \
                WHERE o.id = f.id AND o.dispatched_at IS NULL AND o.locked_by = $4 RETURNING o.id, o.available_at = 'infinity'
                """, { [.texts($0.map(\.reason)), .bytes(worker)] }
            )
        case .coordinator:
            // What was recorded before is counted there, and told once more.
            (
                """
                WITH f AS (SELECT * FROM unnest($1::text[], $3::text[]) AS f(id, seen)), \
                changed AS (UPDATE caracal_outbox AS o SET attempts = attempts + 1, updated_at = now(), \
                status = CASE WHEN attempts + 1 >= $2::int THEN 'dead' ELSE status END, \
                available_at = CASE WHEN attempts + 1 >= $2::int THEN available_at \
                ELSE now() + interval '1 second' * (least(attempts + 1, 60) + random()) END \
                FROM f WHERE o.id = f.id AND attempts = f.seen::int AND \(outbox.condition(.waiting)) \
                RETURNING o.id, status = 'dead') \
                SELECT * FROM changed UNION ALL SELECT o.id, true FROM caracal_outbox AS o, f \
                WHERE o.id = f.id AND attempts = f.seen::int + 1 AND \(outbox.condition(.dead))
                """, { [.texts($0.map { Array(String($0.attempts).utf8) })] }
            )
        }
    }
}

extension OutboxTable {
    /// The condition for rows that a dispatcher may take now.
    fileprivate var isAvailable: String {
        let isFree = self == .api ? " AND (locked_until IS NULL OR locked_until < now())" : ""
        return "\(condition(.waiting)) AND available_at <= now()\(isFree)"
    }
}

/// A row as it was taken.
struct ClaimedRow: Sendable, Equatable {
    /// Its id.
    let id: [UInt8]
    /// The key of the stream it is for.
    let stream: [UInt8]
    /// The text of its payload.
    let payload: [UInt8]
    /// The Coordinator's `dedupe_key`.
    let dedupeKey: [UInt8]?
    /// How many attempts it has: with this one in the API's table, before this one in the Coordinator's.
    let attempts: Int64

    /// Reads the columns of a claim; nil where they hold what they cannot.
    init?(_ row: PostgresRow) {
        guard let id = row.bytes(0), let stream = row.bytes(1), let payload = row.bytes(2),
            let attempts = row.integer(4)
        else { return nil }
        self.id = id
        self.stream = stream
        self.payload = payload
        dedupeKey = row.bytes(3)
        self.attempts = attempts
    }

    /// What is to be published of it.
    func message(of outbox: OutboxTable) throws(OutboxPayloadError) -> Message {
        switch outbox {
        case .api: try OutboxMessage.api(id: id, payload: payload)
        case .coordinator: try OutboxMessage.coordinator(id: id, dedupeKey: dedupeKey ?? [], payload: payload)
        }
    }
}

/// What is to be recorded of rows that were taken.
struct DispatchRecord: Sendable, Equatable {
    /// A row that is not in its stream, or not for certain.
    struct Failed: Sendable, Equatable {
        /// Its id.
        let id: [UInt8]
        /// Why it is not there.
        let reason: [UInt8]
        /// How many attempts it had when it was taken.
        let attempts: Int64
    }

    /// The ids of those that are in their stream.
    var published: [[UInt8]] = []
    /// Those that are not, or not for certain.
    var failed: [Failed] = []

    /// What recording came to.
    struct Result: Sendable, Equatable {
        /// The ids of rows that are given up now.
        var dead: [[UInt8]] = []
        /// The ids of rows that are in their stream and not marked as published, or not for certain: another dispatcher has taken them, or
        /// takes them next.
        var unmarked: [[UInt8]] = []
    }
}

/// How a dispatcher of one table works: what its service reads from variables.
package struct DispatchRules: Sendable, Equatable {
    /// How many rows are taken at once.
    package var batch: Int
    /// How often rows are looked for while none waits, in milliseconds.
    package var interval: Int
    /// For how long a row of the API is locked, in seconds; nothing to the Coordinator, which keeps a transaction open.
    package var lockSeconds: Int
    /// After how many attempts a row is given up.
    package var maxAttempts: Int
    /// The `MAXLEN ~` of every XADD.
    package var maxLength: UInt64

    /// What the service does when no variable is set.
    package static func standard(of outbox: OutboxTable) -> DispatchRules {
        switch outbox {
        case .api:
            DispatchRules(batch: 32, interval: 250, lockSeconds: 30, maxAttempts: 100, maxLength: 100_000)
        case .coordinator:
            DispatchRules(batch: 50, interval: 1_000, lockSeconds: 30, maxAttempts: 10, maxLength: 100_000)
        }
    }
}
