import RedisSandbox

/// One of the two outboxes.
package enum TestOutbox: String, Sendable, CaseIterable {
    /// `event_outbox`.
    case api
    /// `caracal_outbox`, with rows of the producer `coordinator`.
    case coordinator

    /// Its table.
    package var table: String { self == .api ? "event_outbox" : "caracal_outbox" }
}

/// How a row stands, in the terms of its own table.
package enum OutboxRowState: Sendable, Equatable {
    /// Not published yet.
    case waiting
    /// Failed before, and not to be tried before so many seconds are over. The Coordinator keeps no error.
    case retrying(inSeconds: Int, error: String = "connect ECONNREFUSED 10.0.0.7:6379", attempts: Int = 3)
    /// In the hand of a worker for so many seconds more; of one that is gone when they are negative. API only.
    case locked(by: String, forSeconds: Int)
    /// Published, a second after it was created.
    case published
    /// Given up.
    case dead(error: String = "connect ECONNREFUSED 10.0.0.7:6379")
}

extension PostgresServer {
    /// Adds rows with ids of the time at which they were created, and returns the ids, the oldest first.
    ///
    /// - Parameters:
    ///   - payload: a JSON object, as SQL text; `$n` in it becomes the row's number, from 0.
    ///   - secondsAgo: how long ago the first one was created.
    ///   - spacing: how many seconds later each next one was.
    @discardableResult
    package func insertRows(
        _ count: Int = 1,
        in outbox: TestOutbox,
        _ state: OutboxRowState = .waiting,
        stream: String = "caracal.sessions.revoke",
        payload: String = #"{"zone_id":"z-1","session_id":"s-$n"}"#,
        secondsAgo: Double = 60,
        spacing: Double = 0
    ) throws -> [String] {
        let common = ["id": "id", "payload_json": "payload", "created_at": "created"]
        let columns =
            switch outbox {
            case .api: common.merging(["stream_name": Self.quoted(stream)]) { $1 }.merging(state.api) { $1 }
            case .coordinator:
                common.merging([
                    "producer": "'coordinator'", "topic": Self.quoted(stream), "dedupe_key": "'k-' || id",
                    "updated_at": "created",
                ]) { $1 }.merging(state.coordinator) { $1 }
            }
        let names = columns.keys.sorted()
        return try sql(
            """
            WITH numbered AS (
                SELECT n, now() - make_interval(secs => \(secondsAgo) - n * \(spacing)) AS created,
                    md5(n || 'x' || random()) AS r
                FROM generate_series(0, \(count) - 1) n
            ), timed AS (
                SELECT *, lpad(to_hex(floor(extract(epoch FROM created) * 1000)::bigint), 12, '0') AS ms FROM numbered
            ), made AS (
                SELECT n, created, replace(\(Self.quoted(payload)), '$n', n::text)::jsonb AS payload,
                    substr(ms, 1, 8) || '-' || substr(ms, 9) || '-7' || lpad(to_hex(n % 4096), 3, '0')
                        || '-8' || substr(r, 1, 3) || '-' || substr(r, 4, 12) AS id
                FROM timed
            ), added AS (
                INSERT INTO \(outbox.table) (\(names.joined(separator: ", ")))
                SELECT \(names.map { columns[$0] ?? "NULL" }.joined(separator: ", ")) FROM made ORDER BY n
            )
            SELECT id FROM made ORDER BY n
            """
        )
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("'", with: "''") + "'"
    }
}

extension OutboxRowState {
    fileprivate var api: [String: String] {
        switch self {
        case .waiting: ["available_at": "created"]
        case .retrying(let seconds, let error, let attempts):
            ["available_at": Self.later(seconds), "last_error": "'\(error)'", "attempts": "\(attempts)"]
        case .locked(let worker, let seconds):
            [
                "available_at": "created", "locked_by": "'\(worker)'", "locked_until": Self.later(seconds),
                "attempts": "1",
            ]
        case .published:
            ["available_at": "created", "dispatched_at": "created + interval '1 s'", "attempts": "1"]
        case .dead(let error):
            ["available_at": "'infinity'::timestamptz", "last_error": "'\(error)'", "attempts": "100"]
        }
    }

    fileprivate var coordinator: [String: String] {
        switch self {
        case .waiting, .locked: ["available_at": "created"]
        case .retrying(let seconds, _, let attempts):
            ["available_at": Self.later(seconds), "attempts": "\(attempts)"]
        case .published:
            [
                "available_at": "created", "status": "'published'", "published_at": "created + interval '1 s'",
                "attempts": "1",
            ]
        case .dead: ["available_at": "created + interval '45 s'", "status": "'dead'", "attempts": "10"]
        }
    }

    private static func later(_ seconds: Int) -> String { "now() + make_interval(secs => \(seconds))" }
}
