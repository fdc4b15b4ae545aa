import Caracal
import Postgres
import Redis

/// Puts rows into the outboxes of a sandbox, as services and their dispatchers leave them there. Times are in Unix milliseconds.
struct SandboxOutboxes {
    /// How a row stands.
    enum State: Equatable {
        case waiting
        /// Published at that time.
        case published(at: UInt64)
        /// Failed, and tried again at that time.
        case retrying(at: UInt64, attempts: Int, error: String)
        /// In the hand of a worker of the API, until that time.
        case locked(by: String, until: UInt64)
        /// Given up.
        case dead(attempts: Int, error: String)
    }

    /// A row, of the outbox that its stream is published from.
    struct Row {
        let id: [UInt8]
        let stream: StreamDefinition
        /// The payload's members.
        let members: [(name: [UInt8], value: [UInt8])]
        /// What makes a row of the Coordinator the only one of its kind.
        let dedupeKey: [UInt8]
        let created: UInt64
        var state: State

        /// The row that an entry came from; nil for an entry without `outbox_id`.
        ///
        /// Audit events keep `sig`, with which they were put into the outbox; `_sig` is a dispatcher's.
        init?(of fields: DemoMessages.Fields, on stream: StreamDefinition, created: UInt64, _ state: State) {
            func value(_ name: String) -> [UInt8]? { fields.first { $0.name == Array(name.utf8) }?.value }
            guard let id = value("outbox_id") else { return nil }
            let others = ["outbox_id", "dedupe_key", "_sig"].map { Array($0.utf8) }
            self.id = id
            self.stream = stream
            members = fields.filter { !others.contains($0.name) }
            dedupeKey = value("dedupe_key") ?? id
            self.created = created
            self.state = state
        }
    }

    private let connection: PostgresConnection

    init(_ database: SandboxDatabase) throws {
        connection = try database.connect()
    }

    /// Adds rows.
    func add(_ rows: [Row]) throws {
        let api = rows.filter { $0.stream.publisher == .apiOutbox }
        let coordinator = rows.filter { $0.stream.publisher == .coordinatorOutbox }
        if !api.isEmpty { try connection.execute(Self.apiStatement, Self.parameters(api)) }
        if !coordinator.isEmpty { try connection.execute(Self.coordinatorStatement, Self.parameters(coordinator)) }
    }

    /// Removes all rows.
    func removeAll() throws {
        try connection.execute("TRUNCATE event_outbox, caracal_outbox")
    }

    /// Takes rows that wait, and returns the ids of those that nobody else has: the API's are locked for a time, the Coordinator's
    /// by a transaction that stays open until they are marked.
    func take(_ ids: [[UInt8]], by worker: String) throws -> [[UInt8]] {
        guard !ids.isEmpty else { return [] }
        let locked = try connection.execute(
            """
            UPDATE event_outbox SET locked_until = now() + interval '30 s', locked_by = $2, attempts = attempts + 1
            WHERE id = ANY($1::text[]) AND dispatched_at IS NULL AND locked_until IS NULL RETURNING id
            """,
            [.texts(ids), .text(worker)]
        )
        let held = try orRollingBack { () throws(PostgresError) in
            try connection.begin(.writes)
            return try connection.query(
                "SELECT id FROM caracal_outbox WHERE id = ANY($1::text[]) AND status = 'pending' FOR UPDATE SKIP LOCKED",
                [.texts(ids)]
            )
        }
        return locked.compactMap { $0.bytes(0) } + held.compactMap { $0.bytes(0) }
    }

    private func orRollingBack<Value>(_ work: () throws(PostgresError) -> Value) throws(PostgresError) -> Value {
        do throws(PostgresError) { return try work() } catch {
            connection.rollBack()
            throw error
        }
    }

    /// Marks rows that were taken as published now, as each dispatcher does.
    func markPublished(_ ids: [[UInt8]], by worker: String) throws {
        guard !ids.isEmpty else { return }
        try orRollingBack { () throws(PostgresError) in
            try connection.execute(
                """
                UPDATE event_outbox SET dispatched_at = now(), locked_until = NULL
                WHERE id = ANY($1::text[]) AND dispatched_at IS NULL AND locked_by = $2
                """,
                [.texts(ids), .text(worker)]
            )
            try connection.execute(
                """
                UPDATE caracal_outbox
                SET status = 'published', attempts = attempts + 1, published_at = now(), updated_at = now()
                WHERE id = ANY($1::text[]) AND status = 'pending'
                """,
                [.texts(ids)]
            )
            if connection.isInTransaction { try connection.commit() }
        }
    }

    // MARK: Statements

    /// One array for each column; an empty text stands for NULL.
    private static func parameters(_ rows: [Row]) -> [PostgresValue] {
        let bytes: [[[UInt8]]] = rows.map { [$0.id, $0.stream.key, payload($0.members), $0.dedupeKey] }
        let texts: [[String]] = rows.map(\.texts)
        let first = (0..<4).map { column in PostgresValue.texts(bytes.map { $0[column] }) }
        let others = (0..<8).map { column in PostgresValue.texts(texts.map { Array($0[column].utf8) }) }
        return first + others
    }

    private static func payload(_ members: [(name: [UInt8], value: [UInt8])]) -> [UInt8] {
        let text = { (bytes: [UInt8]) in String(decoding: bytes, as: UTF8.self) }
        return Array(DemoMessages.json(members.map { (text($0.name), text($0.value)) }).utf8)
    }

    /// What both statements read: `moment` turns Unix milliseconds into a time.
    private static let source = """
        unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::text[], $11::text[], $12::text[])
        AS r (id, stream, payload, dedupe_key, created, available, published, attempts, error, worker, locked, status)
        """

    private static func moment(_ column: String) -> String {
        "to_timestamp(NULLIF(\(column), '')::float8 / 1000)"
    }

    private static let apiStatement = """
        INSERT INTO event_outbox (id, stream_name, payload_json, created_at, available_at, dispatched_at, attempts, last_error,
            locked_by, locked_until)
        SELECT id, stream, payload::jsonb, \(moment("created")), \(moment("available")), \(moment("published")),
            attempts::int, NULLIF(error, ''), NULLIF(worker, ''), \(moment("locked"))
        FROM \(source)
        """

    private static let coordinatorStatement = """
        INSERT INTO caracal_outbox (id, producer, topic, dedupe_key, payload_json, status, attempts, created_at, available_at,
            published_at, updated_at)
        SELECT id, 'coordinator', stream, dedupe_key, payload::jsonb, status, attempts::int, \(moment("created")),
            CASE WHEN status = 'dead' THEN \(moment("created")) + interval '46 s' ELSE \(moment("available")) END,
            \(moment("published")), COALESCE(\(moment("published")), \(moment("created")))
        FROM \(source)
        """
}

extension SandboxOutboxes.Row {
    /// The columns behind those of bytes.
    fileprivate var texts: [String] {
        let created = String(created)
        let published: String = state.published.map { String($0) } ?? ""
        let lock = state.lock
        return [
            created, state.available ?? created, published, String(state.attempts), state.error, lock.worker,
            lock.until,
            state.status,
        ]
    }
}

extension SandboxOutboxes.State {
    /// When the row is due, where that is not when it was created.
    fileprivate var available: String? {
        switch self {
        case .retrying(let time, _, _): "\(time)"
        case .dead: "infinity"
        default: nil
        }
    }

    fileprivate var published: UInt64? {
        if case .published(let time) = self { time } else { nil }
    }

    fileprivate var attempts: Int {
        switch self {
        case .waiting: 0
        case .published, .locked: 1
        case .retrying(_, let attempts, _), .dead(let attempts, _): attempts
        }
    }

    fileprivate var error: String {
        switch self {
        case .retrying(_, _, let error), .dead(_, let error): error
        default: ""
        }
    }

    fileprivate var lock: (worker: String, until: String) {
        if case .locked(let worker, let time) = self { (worker, "\(time)") } else { ("", "") }
    }

    /// In the words of the Coordinator.
    fileprivate var status: String {
        switch self {
        case .published: "published"
        case .dead: "dead"
        default: "pending"
        }
    }
}
