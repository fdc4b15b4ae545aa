import Postgres
import Redis

/// Changes rows that are still as they were seen, and finds out what became of the others.
///
/// One statement compares and changes a batch. A row that a transaction of somebody else has locked is not waited for: a dispatcher
/// is publishing it.
package struct RowChange: Sendable {
    /// What is set, in SQL.
    let assignments: @Sendable (OutboxTable) -> String

    /// How many rows one statement has.
    static let batch = 500

    /// The statements that change what is planned, one for each table that has such rows.
    package func statements(_ plan: OutboxPlan) -> [String] {
        OutboxTable.allCases.filter { table in
            plan.items.contains { $0.outcome == .planned && $0.row?.outbox == table }
        }.map { Self.statement($0, assignments($0)) }
    }

    /// Changes what is planned, a batch at a time.
    ///
    /// - Parameter afterBatch: is told how far it has come.
    package func apply(
        _ plan: OutboxPlan,
        on connection: PostgresConnection,
        afterBatch: (OutboxPlan) -> Void = { _ in }
    ) -> OutboxPlan {
        var plan = plan
        for table in OutboxTable.allCases {
            var places = plan.items.indices.filter {
                plan.items[$0].outcome == .planned && plan.items[$0].row?.outbox == table
            }[...]
            while !places.isEmpty, plan.ending == nil {
                if let signal = Interruption.signal {
                    plan.ending = .interrupted(signal: signal)
                    break
                }
                let batch = places.prefix(Self.batch)
                places = places.dropFirst(Self.batch)
                do throws(PostgresError) {
                    try change(batch, of: table, &plan, on: connection)
                } catch {
                    plan.ending = .failed(error)
                }
                afterBatch(plan)
            }
        }
        return plan
    }

    private func change(
        _ batch: ArraySlice<Int>,
        of table: OutboxTable,
        _ plan: inout OutboxPlan,
        on connection: PostgresConnection
    ) throws(PostgresError) {
        let rows = batch.compactMap { plan.items[$0].row }
        let changed: Set<[UInt8]>
        do throws(PostgresError) {
            let answer = try connection.execute(Self.statement(table, assignments(table)), Self.parameters(rows, table))
            changed = Set(answer.compactMap { $0.bytes(0) })
        } catch {
            if error.isUnknownWrite { for place in batch { plan.items[place].outcome = .unknown } }
            throw error
        }
        for place in batch where changed.contains(plan.items[place].id) { plan.items[place].outcome = .done }
        let left = batch.filter { plan.items[$0].outcome == .planned }
        guard !left.isEmpty else { return }
        let found = try OutboxReader(connection).rows(of: table, ids: left.map { plan.items[$0].id })
        let now = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
        for place in left {
            guard let seen = plan.items[place].row else { continue }
            plan.items[place].outcome = now[seen.id].map { .taken(OutboxRowChange(from: seen, to: $0)) } ?? .deleted
        }
    }

    /// Compares what was seen, column by column, and changes what is the same. No column's text is empty: that stands for NULL.
    static func statement(_ table: OutboxTable, _ assignments: String) -> String {
        let columns = ["id"] + table.seenColumns
        let arrays = columns.indices.map { "$\($0 + 1)::text[]" }.joined(separator: ", ")
        let same = table.seenColumns.map { "coalesce(t.\($0)::text, '') = s.\($0)" }.joined(separator: " AND ")
        return """
            WITH seen AS (SELECT * FROM unnest(\(arrays)) AS s(\(columns.joined(separator: ", ")))), \
            same AS (SELECT t.id FROM \(table.name) t JOIN seen s ON t.id = s.id WHERE \(same) FOR UPDATE OF t SKIP LOCKED) \
            UPDATE \(table.name) t SET \(assignments) FROM same WHERE t.id = same.id RETURNING t.id
            """
    }

    private static func parameters(_ rows: [OutboxRow], _ table: OutboxTable) -> [PostgresValue] {
        [.texts(rows.map(\.id))]
            + table.seenColumns.indices.map { column in .texts(rows.map { $0.seen[column] ?? [] }) }
    }
}
