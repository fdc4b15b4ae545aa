import Postgres
import Text

/// What became of a row that was to be changed, or what is to become of it.
package enum OutboxOutcome: Sendable, Equatable {
    /// It is to be changed.
    case planned
    /// It was.
    case done
    /// There is nothing to change: it waits for its first attempt, or has no lock.
    case inPlace
    /// A dispatcher has it in hand.
    case inHand
    /// It is in no table that could be looked at.
    case missing
    /// It was deleted between the look and the change.
    case deleted
    /// Somebody changed it between the look and the change, or is changing it.
    case taken(OutboxRowChange)
    /// It was sent, and no reply came that settles it.
    case unknown

    /// In a word, as JSON has it.
    ///
    /// - Parameter done: the word for what was changed: `requeued`.
    package func name(done: String) -> String {
        switch self {
        case .planned: "planned"
        case .done: done
        case .inPlace: "in_place"
        case .inHand: "in_hand"
        case .missing: "missing"
        case .deleted: "deleted"
        case .taken: "taken"
        case .unknown: "unknown"
        }
    }

    /// Whether the row is, or will be, as the operator wants it.
    package var isAsWished: Bool { [.planned, .done, .inPlace].contains(self) }
}

/// What somebody else did with a row between a look and a change: the first of these that is true.
package enum OutboxRowChange: Sendable, Equatable {
    /// It stands otherwise now.
    case state(OutboxState)
    /// A dispatcher of the API has locked it again; its name where the row has one.
    case locked(worker: [UInt8]?)
    /// Its lock was taken off.
    case unlocked
    /// It was published once more.
    case publishedAgain
    /// It was tried again: this often by now.
    case tried(Int64)
    /// Another of its columns changed.
    case other
    /// It is as it was seen: a transaction of somebody else had it locked.
    case inTransaction

    init(from seen: OutboxRow, to now: OutboxRow) {
        self =
            if now.state != seen.state {
                .state(now.state)
            } else if now.seen == seen.seen {
                .inTransaction
            } else if now.state == .inHand, now.lockedUntil != seen.lockedUntil {
                .locked(worker: now.lockedBy)
            } else if now.lockedUntil == nil, seen.lockedUntil != nil {
                .unlocked
            } else if now.publishedAt != seen.publishedAt {
                .publishedAgain
            } else if now.attempts != seen.attempts {
                .tried(now.attempts)
            } else {
                .other
            }
    }
}

/// Rows that are to be changed, or were: exact ids, each row as it was seen.
package struct OutboxPlan: Sendable, Equatable {
    /// How many rows are changed at most where nobody says how many.
    package static let usualLimit = 1_000

    /// One of them.
    package struct Item: Sendable, Equatable {
        /// Its id.
        package let id: [UInt8]
        /// The row as it was seen; nil for an id that is in no table.
        package let row: OutboxRow?
        /// What becomes of it.
        package internal(set) var outcome: OutboxOutcome

        init(_ id: [UInt8], _ row: OutboxRow?, _ outcome: OutboxOutcome) {
            self.id = id
            self.row = row
            self.outcome = outcome
        }
    }

    /// Why not all was done.
    package enum Ending: Sendable, Equatable {
        /// The process was asked to stop; nothing is under way.
        case interrupted(signal: Int32)
        /// The database refused, or was lost. What was sent then is undone, or in doubt (`PostgresError.isUnknownWrite`).
        case failed(PostgresError)
    }

    /// The rows, the oldest first.
    package internal(set) var items: [Item]
    /// Whether more rows match than were taken.
    package let isCutShort: Bool
    /// What is wrong with tables.
    package let problems: [OutboxProblem]
    /// The clock of the database when they were looked at, in Unix milliseconds.
    package let now: UInt64
    /// Why not all was done; nil where it was.
    package internal(set) var ending: Ending?

    init(_ items: [Item], isCutShort: Bool = false, problems: [OutboxProblem], now: UInt64) {
        self.items = items
        self.isCutShort = isCutShort
        self.problems = problems
        self.now = now
    }

    /// How many have this outcome.
    package func count(_ outcome: OutboxOutcome) -> Int { items.count { $0.outcome == outcome } }
}
