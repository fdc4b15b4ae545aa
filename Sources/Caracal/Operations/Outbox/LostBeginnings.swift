import Postgres
import Redis

/// Which streams were made anew lately, though rows had been published to them before: a flush, or a server that began empty. Such a
/// bus looks as if all were well once an hour has gone by.
///
/// It is told by its oldest entry: no stream has an older one, and nothing was ever removed from the one that has it. A single stream that
/// was made anew among others, as one is on purpose (`DEL`, then `provision`), is none.
struct LostBeginnings {
    /// What was published of one outbox before the bus began.
    struct Finding: Equatable {
        /// The keys of the streams.
        let streams: [[UInt8]]
        /// Between which times the rows that were looked at were made, in Unix milliseconds.
        let time: ClosedRange<UInt64>
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
    private static let rows = 10_000

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
    func find(on database: PostgresConnection) throws(PostgresError) -> [Finding] {
        guard let beginning else { return [] }
        var findings: [Finding] = []
        for table in OutboxTable.allCases {
            do throws(PostgresError) {
                if let finding = try find(before: beginning, in: table, on: database) { findings.append(finding) }
            } catch {
                // What is wrong with a table is told elsewhere.
                guard OutboxLack(error, of: table) != nil else { throw error }
            }
        }
        return findings
    }

    private func find(
        before beginning: UInt64,
        in table: OutboxTable,
        on database: PostgresConnection
    ) throws(PostgresError) -> Finding? {
        let last = beginning - min(beginning, Self.margin)
        let rows = try database.query(
            """
            SELECT r.stream, min(r.id) FROM (SELECT id, \(table.stream) AS stream FROM \(table.name) \
            WHERE id < $1 AND \(table.condition(.published)) ORDER BY id DESC LIMIT \(Self.rows)) AS r \
            WHERE r.stream = ANY($2::text[]) GROUP BY 1
            """,
            // The smallest UUIDv7 of that time.
            [.text(OutboxTable.id(last, behind: "7000-8000-000000000000")), .texts(streams.map(\.key))]
        )
        let found = rows.compactMap { row in
            row.bytes(1).flatMap { MessageName.milliseconds(ofUUID: $0) }.map { (row.bytes(0) ?? [], $0) }
        }
        guard let first = found.map(\.1).min() else { return nil }
        let time = first - min(first, Self.margin)...beginning.saturatingAdd(Self.margin)
        return Finding(streams: found.map(\.0), time: time)
    }
}

extension ObservedStream {
    /// The time of its oldest entry, in Unix milliseconds; the greatest there is where it has none.
    fileprivate var first: UInt64 { state.info?.firstID?.milliseconds ?? .max }
}
