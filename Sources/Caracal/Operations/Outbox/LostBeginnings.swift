import Postgres
import Redis

/// Which streams were made anew lately, though rows had been published to them before: a flush, or a server that began empty. Such a
/// stream looks as if all were well once an hour has gone by.
struct LostBeginnings {
    /// What was published of one outbox before the streams began.
    struct Finding: Equatable {
        /// The keys of the streams.
        let streams: [[UInt8]]
        /// When the oldest of the rows that were looked at was made, in Unix milliseconds.
        let since: UInt64
    }

    /// A stream from which nothing was ever removed, and when it began.
    private struct Beginning {
        let stream: StreamDefinition
        /// Unix milliseconds.
        let time: UInt64
    }

    private let beginnings: [Beginning]

    /// One that is older is nobody's loss of today: the Coordinator keeps published rows for as long.
    private static let newest: UInt64 = 7 * 86_400_000
    /// How many of the rows before the beginning are looked at.
    private static let rows = 10_000

    /// - Parameter now: Unix milliseconds.
    init(_ streams: [ObservedStream], now: UInt64) {
        beginnings = streams.compactMap { stream in
            // Trimmed and deleted ones, and those of servers before Redis 7, may have begun at any time.
            guard let info = stream.state.info, info.maxDeletedID == .zero, info.entriesAdded == info.length else {
                return nil
            }
            let time = info.firstID?.milliseconds ?? now
            return time.saturatingAdd(Self.newest) >= now ? Beginning(stream: stream.definition, time: time) : nil
        }
    }

    /// Looks for rows that were published before. One query for each outbox, which reads a bounded part of an index.
    func find(on database: PostgresConnection) throws(PostgresError) -> [Finding] {
        var findings: [Finding] = []
        for table in OutboxTable.allCases {
            let own = beginnings.filter { beginning in table.streams.contains(beginning.stream) }
            guard let last = own.map(\.time).max() else { continue }
            do throws(PostgresError) {
                if let finding = try find(own, before: last, in: table, on: database) { findings.append(finding) }
            } catch {
                // What is wrong with a table is told elsewhere.
                guard OutboxLack(error, of: table) != nil else { throw error }
            }
        }
        return findings
    }

    private func find(
        _ beginnings: [Beginning],
        before last: UInt64,
        in table: OutboxTable,
        on database: PostgresConnection
    ) throws(PostgresError) -> Finding? {
        // The smallest UUIDv7 of a time.
        let id = { (time: UInt64) in Array(OutboxTable.id(time, behind: "7000-8000-000000000000").utf8) }
        let rows = try database.query(
            """
            SELECT r.stream, min(r.id) FROM (SELECT id, \(table.stream) AS stream FROM \(table.name) \
            WHERE id < $1 AND \(table.condition(.published)) ORDER BY id DESC LIMIT \(Self.rows)) AS r \
            JOIN unnest($2::text[], $3::text[]) AS s (name, first) ON r.stream = s.name AND r.id < s.first GROUP BY 1
            """,
            [.bytes(id(last)), .texts(beginnings.map(\.stream.key)), .texts(beginnings.map { id($0.time) })]
        )
        let found = rows.compactMap { row in
            row.bytes(1).flatMap { MessageName.milliseconds(ofUUID: $0) }.map { (row.bytes(0) ?? [], $0) }
        }
        return found.map(\.1).min().map { Finding(streams: found.map(\.0), since: $0) }
    }
}
