import Postgres

/// One of the two tables in Postgres in which messages begin: what it is called, and what its columns mean, in SQL.
///
/// The predicates are written so that an index is used whatever the table holds: the API's two partial indexes are of rows that
/// are not published, the Coordinator's begins with `status`.
package enum OutboxTable: String, Sendable, CaseIterable {
    /// `event_outbox`: the API's and the STS's.
    case api
    /// `caracal_outbox`, as far as its rows are the Coordinator's.
    case coordinator

    /// The table's name.
    package var name: String {
        switch self {
        case .api: "event_outbox"
        case .coordinator: "caracal_outbox"
        }
    }

    /// Who fills it, in a sentence.
    package var owner: String {
        switch self {
        case .api: "the API's outbox"
        case .coordinator: "the Coordinator's outbox"
        }
    }

    /// Whether a row tells that a dispatcher has it in hand, and which one. The Coordinator's holds a row lock, which nobody sees.
    package var hasLocks: Bool { self == .api }

    /// The streams of the provisioning table that are published from it.
    package var streams: [StreamDefinition] {
        StreamTable.all.filter { $0.publisher == (self == .api ? .apiOutbox : .coordinatorOutbox) }
    }

    /// Whether a message of the stream may come from it.
    func feeds(_ stream: StreamDefinition) -> Bool {
        stream.publisher == .unknown || streams.contains { $0.key == stream.key }
    }
}

/// How a row stands. It is one of these; but `waiting`, as a condition, takes in those that are retried or in hand.
package enum OutboxState: String, Sendable, CaseIterable {
    /// A dispatcher publishes it next.
    case waiting
    /// It is to be published at a later time: publishing it failed.
    case retrying
    /// A dispatcher of the API has locked it.
    case inHand = "in_hand"
    /// It was given up: no dispatcher takes it.
    case dead
    /// It was published, as far as the table tells.
    case published

    /// In words.
    package var words: String { self == .inHand ? "in hand" : rawValue }

    /// Whether a dispatcher publishes it, now or later.
    package var isToBePublished: Bool {
        switch self {
        case .waiting, .retrying, .inHand: true
        case .dead, .published: false
        }
    }
}

extension OutboxTable {
    /// The column with the stream's name.
    var stream: String { self == .api ? "stream_name" : "topic" }

    /// The column with the time at which it was published.
    var publishedAt: String { self == .api ? "dispatched_at" : "published_at" }

    /// The condition for rows that count: `caracal_outbox` may hold those of others.
    var own: String { self == .api ? "" : "producer = 'coordinator' AND " }

    /// The condition for rows that were not published.
    var unpublished: String {
        self == .api ? "dispatched_at IS NULL" : "\(own)status IN ('pending', 'dead')"
    }

    /// The condition for rows of a state.
    func condition(_ state: OutboxState) -> String {
        switch self {
        case .api:
            let waiting = "dispatched_at IS NULL AND available_at < 'infinity'"
            return switch state {
            case .waiting: waiting
            case .retrying: "\(waiting) AND available_at > now()"
            case .inHand: "\(waiting) AND locked_until > now()"
            case .dead: "dispatched_at IS NULL AND available_at = 'infinity'"
            case .published: "dispatched_at IS NOT NULL"
            }
        case .coordinator:
            return switch state {
            case .waiting: "\(own)status = 'pending'"
            case .retrying: "\(own)status = 'pending' AND available_at > now()"
            case .inHand: "false"
            case .dead: "\(own)status = 'dead'"
            case .published: "\(own)status = 'published'"
            }
        }
    }

    /// The condition for rows whose lock ran out and was not taken back; only of a table that has locks.
    var lockRunOut: String { "\(condition(.waiting)) AND locked_until <= now()" }

    /// The condition for rows that were published in the last hour. Neither table has an index on that time.
    ///
    /// - Parameter isWhole: whether the whole table is read. Else an index gives the rows of the last two hours only: an id of the
    ///   API's is a UUIDv7, which names the time at which the row was made; the Coordinator's `available_at` is the time at which
    ///   it was made or requeued, or of the last attempt. Rows that are older and were published in the last hour are left out.
    func publishedLastHour(isWhole: Bool) -> String {
        let recent =
            self == .api
            ? "id >= \(Self.idTwoHoursAgo)" : "status = 'published' AND available_at >= now() - interval '2 hours'"
        return "\(own)\(isWhole ? "" : "\(recent) AND ")\(publishedAt) >= now() - interval '1 hour'"
    }

    /// How many bytes of rows are read to count those that an index does not give: some milliseconds' work.
    static let wholeBytes = 8 << 20

    /// The smallest UUIDv7 of two hours ago.
    private static let idTwoHoursAgo = """
        overlay(overlay(lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint - 7200000), 12, '0') \
        PLACING '-' FROM 9 FOR 0) PLACING '-7000-8000-000000000000' FROM 14 FOR 0)
        """

    /// A UUIDv7 of a time in Unix milliseconds, or of the last one that a UUIDv7 can name.
    ///
    /// - Parameter rest: what follows its first 48 bits.
    static func id(_ milliseconds: UInt64, behind rest: String) -> String {
        let digits = String(min(milliseconds, UUIDBits.lastTime), radix: 16)
        let time = String(repeating: "0", count: 12 - digits.count) + digits
        return "\(time.prefix(8))-\(time.dropFirst(8))-\(rest)"
    }

    /// The state of a row as one of the words of ``OutboxState``.
    private var stateColumn: String {
        let states: [OutboxState] = [.published, .dead, .inHand, .retrying]
        let cases = states.map { "WHEN \(condition($0)) THEN '\($0.rawValue)'" }.joined(separator: " ")
        return "CASE \(cases) ELSE 'waiting' END"
    }

    /// The condition for rows made at or after a time, which is the parameter of that name.
    static func made(since parameter: String) -> String { "created_at >= to_timestamp(\(parameter)::float8 / 1000)" }

    /// The condition for rows made before the end of a millisecond, which is the parameter of that name.
    static func made(until parameter: String) -> String {
        "created_at < to_timestamp((\(parameter)::float8 + 1) / 1000)"
    }

    /// A time in Unix milliseconds as a parameter of these two. Postgres refuses one behind the last that it has, which none is made at.
    static func time(_ milliseconds: UInt64) -> PostgresValue { .text("\(min(milliseconds, lastTime))") }

    /// Within the last hour of the year 294276.
    private static let lastTime: UInt64 = 9_224_318_015_000_000

    /// A time in Unix milliseconds; `Infinity` is one as well.
    func milliseconds(_ column: String) -> String { "floor(extract(epoch FROM \(column)) * 1000)" }

    /// The columns of `OutboxRow`, in its order.
    ///
    /// - Parameter hasPayload: whether the payload is one of them.
    func columns(hasPayload: Bool) -> String {
        let ofBoth = [
            "id", stream, stateColumn, "attempts", milliseconds("created_at"), milliseconds("available_at"),
            milliseconds(publishedAt), hasPayload ? "payload_json::text" : "NULL",
        ]
        let own =
            switch self {
            case .api: [milliseconds("locked_until"), "locked_by", "locked_until <= now()", "last_error", "request_id"]
            case .coordinator: ["NULL", "NULL", "NULL", "NULL", "dedupe_key"]
            }
        return (ofBoth + own + seenColumns.map { "\($0)::text" }).joined(separator: ", ")
    }

    /// The columns of which one at least changes whenever anybody does anything with a row. The first is what rows are ordered by.
    var seenColumns: [String] {
        self == .api
            ? ["created_at", "available_at", "attempts", "locked_until", "dispatched_at"]
            : ["created_at", "available_at", "attempts", "status", "published_at"]
    }
}
