import Postgres

/// Looks up the rows that a message may have begun as: `outbox show`, the first station of `trace`, `get` and `find`.
package struct OutboxRowLook: Sendable {
    /// What a look comes to.
    package struct Report: Sendable, Equatable {
        /// The rows, the API's first.
        package let rows: [OutboxRow]
        /// What is wrong with tables.
        package let problems: [OutboxProblem]
        /// The clock of the database in Unix milliseconds.
        package let now: UInt64
    }

    /// The ids that a row may have.
    package let ids: [[UInt8]]
    /// What an audit event may be called, where the id of its row is not known; only a UUIDv7 names a time at which to look.
    package let eventID: [UInt8]?
    /// Whether the messages in the rows are wanted too.
    package let hasPayload: Bool

    package init(ids: [[UInt8]], eventID: [UInt8]? = nil, hasPayload: Bool = true) {
        self.ids = ids
        self.eventID = eventID
        self.hasPayload = hasPayload
    }

    /// A row of an event is made within this many milliseconds of it.
    private static let window: UInt64 = 60_000

    /// Looks; nothing is changed.
    package func run(on connection: PostgresConnection) throws(PostgresError) -> Report {
        let reader = OutboxReader(connection)
        let now = try reader.now()
        let (found, problems) = try reader.each { table throws(PostgresError) in
            let rows = try reader.rows(of: table, ids: ids, hasPayload: hasPayload)
            guard rows.isEmpty, table == .api, let eventID, let time = MessageName.milliseconds(ofUUID: eventID) else {
                return rows
            }
            let range = time - min(time, Self.window)...time + Self.window
            return try reader.rows(ofEvent: eventID, madeWithin: range)
        }
        return Report(rows: found.flatMap { $0 }, problems: problems, now: now)
    }
}
