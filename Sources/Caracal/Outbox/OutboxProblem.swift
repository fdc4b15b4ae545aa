import Postgres
import Text

/// Why one of the tables could not be looked at, where the other can be.
package struct OutboxProblem: Sendable, Equatable {
    /// What is wrong with it.
    package enum Reason: Sendable, Equatable {
        /// The database has no such table.
        case missing
        /// The role lacks a right on it.
        case notPermitted
        /// It lacks a column, or one is of another type: which, where the database tells.
        case otherShape
    }

    /// The table.
    package let outbox: OutboxTable
    /// What is wrong with it.
    package let reason: Reason
    /// What the database said.
    let refusal: PostgresRefusal
    /// Whether it said so to a change.
    private let isOfChange: Bool

    /// Sorts an error of a statement about a table; nil for one that is not about the table.
    ///
    /// - Parameter isChange: whether the statement changes rows.
    init?(_ error: PostgresError, of outbox: OutboxTable, isChange: Bool = false) {
        guard let refusal = error.refusal else { return nil }
        switch refusal.kind {
        case .undefinedTable: reason = .missing
        case .notPermitted: reason = .notPermitted
        case .undefinedColumn: reason = .otherShape
        // 42804, 42883, 22P02: a column of another type.
        case .other where ["42804", "42883", "22P02", "42809"].contains(refusal.state): reason = .otherShape
        default: return nil
        }
        self.outbox = outbox
        self.refusal = refusal
        isOfChange = isChange
    }

    /// That in a clause.
    package var text: TerminalText {
        switch reason {
        case .missing: "the database has no table \(outbox.name) (\(outbox.owner))"
        case .notPermitted:
            "the role may not \(isOfChange ? "change" : "read") \(outbox.name) (\(outbox.owner)): \(refusal.shownMessage)"
        case .otherShape:
            "\(outbox.name) (\(outbox.owner)) is not the table of Caracal: \(refusal.shownMessage)"
        }
    }

    /// That as a finding. A table that is not there may be wanted so: not every database has both.
    package var finding: Finding {
        switch reason {
        case .missing: Finding(.missing, .warning, text)
        case .notPermitted: Finding(.notPermitted, .warning, text)
        case .otherShape: Finding(.otherShape, .failure, text)
        }
    }
}
