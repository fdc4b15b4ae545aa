/// What kind of person or job a database role for the outboxes is for.
package enum OutboxRole: String, Sendable, CaseIterable {
    /// Looks at both tables: `outbox`, `ls`, `show`, `reconcile`, `doctor`, `trace`.
    case observer
    /// Looks, and puts rows back or publishes them: `requeue`, `unlock`, `dispatch`, `reconcile --requeue`.
    case `operator`

    /// The role of the database that has it.
    package var user: String { "caracal_\(rawValue)" }
}

/// The rights of a role on both outbox tables, as SQL: no more than the commands need.
package struct OutboxGrants: Sendable, Equatable {
    /// The role.
    package let role: OutboxRole

    package init(_ role: OutboxRole) { self.role = role }

    /// The statements, in order. They change nothing where the role and its rights are there, and set no password.
    package var statements: [String] {
        let looks = [
            "DO $$ BEGIN CREATE ROLE \(role.user) LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
            "GRANT USAGE ON SCHEMA public TO \(role.user)",
        ]
        return looks + OutboxTable.allCases.map { "GRANT SELECT ON \($0.name) TO \(role.user)" }
            + (role == .operator ? OutboxTable.allCases.map(update) : [])
    }

    /// Both, as a script for psql.
    package var script: String { statements.map { $0 + ";\n" }.joined() }

    private func update(_ table: OutboxTable) -> String {
        "GRANT UPDATE (\(Self.changed(in: table).joined(separator: ", "))) ON \(table.name) TO \(role.user)"
    }

    /// The columns that are written: never an id, a stream or a payload.
    private static func changed(in table: OutboxTable) -> [String] {
        switch table {
        case .api: ["attempts", "available_at", "dispatched_at", "last_error", "locked_by", "locked_until"]
        case .coordinator: ["attempts", "available_at", "published_at", "status", "updated_at"]
        }
    }
}
