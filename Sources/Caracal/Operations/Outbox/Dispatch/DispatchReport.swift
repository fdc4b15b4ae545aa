import Postgres
import Redis
import Text

/// What dispatching came to, or would come to.
package struct DispatchReport: Sendable {
    /// The rows for one stream in one table.
    package struct Line: Sendable {
        /// The table.
        package let outbox: OutboxTable
        /// The stream.
        package let stream: StreamDefinition
        /// The `MAXLEN ~` of its entries.
        package let maxLength: UInt64
        /// How many rows there are to be taken now, as they were counted last; nil where that failed.
        package internal(set) var waiting: UInt64? = 0
        /// How many were published.
        package internal(set) var published: UInt64 = 0
        /// Why attempts failed, and how many; rows may have been tried more than once.
        package internal(set) var failures = FailureTally()
        /// How many rows were given up after their last attempt.
        package internal(set) var dead: UInt64 = 0
        /// How many of the failed may be in the stream all the same.
        package internal(set) var doubtful: UInt64 = 0
        /// How many were published and could not be marked so: another dispatcher publishes them again.
        package internal(set) var unmarked: UInt64 = 0
        /// Why its rows are left alone; nil where they are not.
        package internal(set) var problem: DispatchProblem?
        /// Whether its newest entries were signed with the key that is set.
        package internal(set) var key = KeyVerdict.unknown
        /// What trimming deletes once its rows are published; nil for nothing.
        package internal(set) var trimming: TrimForecast?

        init(_ outbox: OutboxTable, _ stream: StreamDefinition, _ maxLength: UInt64) {
            self.outbox = outbox
            self.stream = stream
            self.maxLength = maxLength
        }

        /// How many attempts failed.
        package var failed: UInt64 { failures.count }
    }

    /// What was dispatched, by table and stream.
    package internal(set) var lines: [Line] = []
    /// What is wrong with tables, as they were asked last.
    package internal(set) var problems: [OutboxProblem] = []
    /// Why it ended before nothing waited any more; nil where it did not.
    package internal(set) var ending: DispatchEnding?
    /// The published messages of which no Sentinel could say whether their server still is the master.
    package internal(set) var unverified: UnverifiedMessages?

    /// A figure of all streams.
    package func sum(_ figure: (Line) -> UInt64) -> UInt64 { lines.reduce(0) { $0 + figure($1) } }

    /// How many rows there are to be taken now; nil where that is not known.
    package var waiting: UInt64? {
        lines.reduce(0 as UInt64?) { sum, line in sum.flatMap { sum in line.waiting.map { sum + $0 } } }
    }

    /// Where the line of a stream stands.
    func place(_ outbox: OutboxTable, _ stream: [UInt8]) -> Int? {
        lines.firstIndex { $0.outbox == outbox && $0.stream.key == stream }
    }
}

/// Why dispatching ended, or pauses.
package enum DispatchEnding: Error, Sendable, Equatable {
    /// The process was asked to stop; nothing is in hand.
    case interrupted(signal: Int32)
    /// Redis was not to be reached before anything was taken.
    case redis(RedisError)
    /// Redis is a replica.
    case replica
    /// Redis refused what would be refused to every row.
    case refused(Refusal)
    /// Redis was lost while rows were in hand; they are back.
    case doubt(UnsettledError)
    /// Postgres refused, or was lost.
    case postgres(PostgresError)
    /// Rows can be taken from none of the tables; why, and which database it is.
    case noTable([OutboxProblem], target: String)
    /// Nothing can be signed.
    case cryptography(CryptographyError)

    init(_ error: RedisError) { self = error.signal.map { .interrupted(signal: $0) } ?? .redis(error) }

    init(_ error: PostgresError) { self = error.signal.map { .interrupted(signal: $0) } ?? .postgres(error) }

    /// Whether it may be otherwise a moment later; of Redis the rule for all who follow says so.
    package var mayPass: Bool {
        switch self {
        case .interrupted, .cryptography, .noTable: false
        case .redis(let error): error.mayPass
        case .refused(let refusal): refusal.kind.isForNow
        // The rows are back.
        case .doubt(let doubt): doubt.lasting == nil
        case .replica: true
        case .postgres(let error):
            switch error.cause {
            case .link: true
            case .refused(let refusal):
                // A lock that is held for long, a failover, and a full disk pass too.
                [.notReady, .terminated, .tooManyConnections, .conflict, .cancelled, .readOnly, .resources]
                    .contains(refusal.kind)
                    // A pooler whose server is away has words of its own for that.
                    || error.phase == .connecting && [.startupParameter, .other].contains(refusal.kind)
            default: false
            }
        }
    }

    /// Whether the database is a standby by now: its successor is found by connecting again.
    var isOfStandby: Bool {
        if case .postgres(let error) = self, case .refused(let refusal) = error.cause {
            refusal.kind == .readOnly
        } else {
            false
        }
    }
}
