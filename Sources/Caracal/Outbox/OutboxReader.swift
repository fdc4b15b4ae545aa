import Postgres
import Redis

/// Reads rows of the outboxes. Nothing is changed, and nothing is locked.
struct OutboxReader {
    let connection: PostgresConnection

    init(_ connection: PostgresConnection) { self.connection = connection }

    /// The clock of the database in Unix milliseconds.
    func now() throws(PostgresError) -> UInt64 {
        let rows = try connection.query("SELECT floor(extract(epoch FROM now()) * 1000)")
        guard let now = rows.first?.moment(0) else { throw connection.misshapen("the time") }
        return now
    }

    /// What `look` finds in each table; or what is wrong with the table.
    func each<Value>(
        _ tables: [OutboxTable] = OutboxTable.allCases,
        _ look: (OutboxTable) throws(PostgresError) -> Value
    ) throws(PostgresError) -> (found: [Value], problems: [OutboxProblem]) {
        var (found, problems): ([Value], [OutboxProblem]) = ([], [])
        for table in tables {
            do throws(PostgresError) {
                found.append(try look(table))
            } catch {
                guard let problem = OutboxProblem(error, of: table) else { throw error }
                problems.append(problem)
            }
        }
        return (found, problems)
    }

    /// Rows of a table, the oldest first.
    ///
    /// - Parameters:
    ///   - limit: how many at most.
    ///   - last: the row behind which to go on; nil to begin.
    func rows(
        of table: OutboxTable,
        _ filter: OutboxFilter,
        limit: Int,
        after last: OutboxRow? = nil,
        hasPayload: Bool = false
    ) throws(PostgresError) -> [OutboxRow] {
        guard filter.applies(to: table) else { return [] }
        var (condition, parameters) = filter.condition(on: table)
        if let last {
            let place = "($\(parameters.count + 1)::timestamptz, $\(parameters.count + 2))"
            condition += " AND (created_at, id) > \(place)"
            parameters += [last.seen[0].map { .bytes($0) } ?? .null, .bytes(last.id)]
        }
        return try read(table, Self.statement(table, condition, limit: limit, hasPayload: hasPayload), parameters)
    }

    /// The rows that meet a condition, the oldest first. Without the table's name ORDER BY would mean the text that is selected.
    static func statement(_ table: OutboxTable, _ condition: String, limit: Int, hasPayload: Bool) -> String {
        """
        SELECT \(table.columns(hasPayload: hasPayload)) FROM \(table.name) WHERE \(condition) \
        ORDER BY \(table.name).created_at, \(table.name).id LIMIT \(limit)
        """
    }

    /// The rows of these ids, published or not, in no order. An id of an entry can be any bytes.
    func rows(of table: OutboxTable, ids: [[UInt8]], hasPayload: Bool = false) throws(PostgresError) -> [OutboxRow] {
        try read(
            table,
            "SELECT \(table.columns(hasPayload: hasPayload)) FROM \(table.name) WHERE \(table.own)id = ANY($1::text[])",
            [.texts(among: ids)]
        )
    }

    /// The rows of the API that carry an audit event of this id, of those made within a time in Unix milliseconds.
    func rows(
        ofEvent id: [UInt8],
        madeWithin time: ClosedRange<UInt64>
    ) throws(PostgresError) -> [OutboxRow] {
        let table = OutboxTable.api
        return try read(
            table,
            """
            SELECT \(table.columns(hasPayload: true)) FROM \(table.name) \
            WHERE id >= $1 AND id <= $2 AND payload_json ->> 'id' = $3 ORDER BY id LIMIT 10
            """,
            [
                .text(OutboxTable.id(time.lowerBound, behind: "0000-0000-000000000000")),
                .text(OutboxTable.id(time.upperBound, behind: "7fff-bfff-ffffffffffff")), .bytes(id),
            ]
        )
    }

    private func read(
        _ table: OutboxTable,
        _ statement: String,
        _ parameters: [PostgresValue]
    ) throws(PostgresError) -> [OutboxRow] {
        var rows: [OutboxRow] = []
        for columns in try connection.query(statement, parameters) {
            guard let row = OutboxRow(columns, of: table) else { throw connection.misshapen("a row of \(table.name)") }
            rows.append(row)
        }
        return rows
    }
}

extension PostgresConnection {
    /// That an answer is not one to what was asked.
    func misshapen(_ subject: String) -> PostgresError {
        PostgresError(target: target, phase: .awaiting, cause: .unexpected("\(subject) has another form than expected"))
    }
}
