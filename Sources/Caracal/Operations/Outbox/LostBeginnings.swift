import Postgres
import Redis

/// Which streams were made anew lately, though rows had been published to them before: a flush, or a server that began empty. Such a
/// bus looks as if all were well once an hour has gone by.
///
/// It is told by its oldest entry: no stream has an older one, and nothing was ever removed from the one that has it. A single stream that
/// was made anew among others, as one is on purpose (`DEL`, then `provision`), is none.
struct LostBeginnings {
    /// What was published before the bus began.
    struct Sight: Equatable {
        /// The keys of the streams.
        fileprivate(set) var streams: [[UInt8]] = []
        /// Between which times the rows that were looked at were made, in Unix milliseconds; nil where there are none.
        fileprivate(set) var time: ClosedRange<UInt64>?
        /// Whether there are older rows that were not looked at.
        fileprivate(set) var isCut = false
        /// Why not all tables could be looked at.
        fileprivate(set) var failure: PostgresError?
    }

    /// The streams from which nothing was ever removed, and those that do not exist.
    private let streams: [StreamDefinition]
    /// When the bus began, in Unix milliseconds; nil where that is long ago, or not known.
    private let beginning: UInt64?

    /// One that is older is nobody's loss of today: the Coordinator keeps published rows for as long.
    private static let newest: UInt64 = 7 * 86_400_000
    /// By how much the time in an id may differ from the one at which its row was made, or published, in milliseconds.
    private static let margin: UInt64 = 300_000
    /// How many of the rows before the beginning are looked at.
    static let rows = 10_000
    /// How many of them are counted where there are more: the services keep no more entries of a stream.
    static let countedRows = 100_000

    /// - Parameter now: Unix milliseconds.
    init(_ all: [ObservedStream], now: UInt64) {
        let own = all.filter { stream in OutboxTable.allCases.contains { $0.streams.contains(stream.definition) } }
        // Those that were trimmed, and those of servers before Redis 7, may have begun at any time.
        let whole = own.filter { stream in
            if case .missing = stream.state { return true }
            return stream.state.info.map { $0.maxDeletedID == .zero && $0.entriesAdded == $0.length } ?? false
        }
        streams = whole.map(\.definition)
        let oldest = own.min { $0.first < $1.first }
        let time = min(oldest?.first ?? now, now)
        // One that could not be looked at may have an older entry.
        let isKnown =
            own.allSatisfy { $0.state.refusal == nil }
            && oldest.map { oldest in whole.contains { $0.definition == oldest.definition } } ?? false
        beginning = isKnown && time.saturatingAdd(Self.newest) >= now ? time : nil
    }

    /// Looks for rows that were published before. One query for each outbox, which reads a bounded part of an index.
    func find(on database: PostgresConnection) -> Sight {
        var sight = Sight()
        guard let beginning else { return sight }
        for table in OutboxTable.allCases {
            do throws(PostgresError) { try find(before: beginning, in: table, on: database, &sight) } catch {
                // What is wrong with a table is told elsewhere.
                guard OutboxProblem(error, of: table) == nil else { continue }
                sight.failure = error
                break
            }
        }
        return sight
    }

    private func find(
        before beginning: UInt64,
        in table: OutboxTable,
        on database: PostgresConnection,
        _ sight: inout Sight
    ) throws(PostgresError) {
        let rows = try database.query(
            """
            SELECT r.stream, count(*), min(r.id) FILTER (WHERE r.published AND r.stream = ANY($2::text[])) \
            FROM (\(newest(Self.rows, in: table))) AS r GROUP BY 1
            """,
            [end(beginning), .texts(streams.map(\.key))]
        )
        if rows.reduce(0, { $0 + ($1.count(1) ?? 0) }) > UInt64(Self.rows) { sight.isCut = true }
        for row in rows {
            guard let key = row.bytes(0), let id = row.bytes(2), let made = MessageName.milliseconds(ofUUID: id) else {
                continue
            }
            if !sight.streams.contains(key) { sight.streams.append(key) }
            let first = made - min(made, Self.margin)
            sight.time = min(sight.time?.lowerBound ?? first, first)...beginning.saturatingAdd(Self.margin)
        }
    }

    /// How far the rows before the beginning go back, of as many as the services keep entries. Reads a bounded part of an index of each
    /// outbox.
    func extent(on database: PostgresConnection) throws(PostgresError) -> OutboxExamination.EarlierExtent? {
        guard let beginning else { return nil }
        var (since, latest): (UInt64?, UInt64?)
        var count: UInt64 = 0
        for table in OutboxTable.allCases {
            do throws(PostgresError) {
                let row = try database.query(
                    """
                    SELECT count(*), count(*) FILTER (WHERE r.published), min(r.id) FILTER (WHERE r.published) \
                    FROM (\(newest(Self.countedRows, in: table))) AS r
                    """,
                    [end(beginning)]
                ).first
                guard let all = row?.count(0), let published = row?.count(1),
                    let made = row?.bytes(2).flatMap({ MessageName.milliseconds(ofUUID: $0) })
                else { continue }
                count += published
                if all > UInt64(Self.countedRows) {
                    latest = max(latest ?? 0, made)
                } else {
                    since = min(since ?? .max, made - min(made, Self.margin))
                }
            } catch {
                guard OutboxProblem(error, of: table) != nil else { throw error }
            }
        }
        return (latest ?? since).map {
            OutboxExamination.EarlierExtent(since: $0, rows: count, isWhole: latest == nil)
        }
    }

    /// The newest rows before an id, and one more. The condition stands outside of what is bounded: no index has it.
    private func newest(_ limit: Int, in table: OutboxTable) -> String {
        """
        SELECT id, \(table.stream) AS stream, (\(table.condition(.published))) AS published FROM \(table.name) \
        WHERE id < $1 ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    /// The smallest UUIDv7 of a time that is certain to be before the beginning.
    private func end(_ beginning: UInt64) -> PostgresValue {
        .text(OutboxTable.id(beginning - min(beginning, Self.margin), behind: "7000-8000-000000000000"))
    }
}

extension ObservedStream {
    /// The time of its oldest entry, in Unix milliseconds; the greatest there is where it has none.
    fileprivate var first: UInt64 { state.info?.firstID?.milliseconds ?? .max }
}
