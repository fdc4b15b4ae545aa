import RESP
import Redis

/// What became, or is to become, of one pending entry that an operator changes.
package enum EntryOutcome: Sendable, Equatable {
    /// The command for it is to be sent.
    case planned
    /// It was done.
    case done
    /// It was not pending when it was looked for: acknowledged before, or never delivered.
    case notPending
    /// The entry does not exist any more, so nobody can process it.
    case gone(EntryPresence)
    /// It is where it should be already.
    case alreadyHeld
    /// Somebody was given it after the plan was made; their name.
    case taken(by: [UInt8])
    /// It went off the list after the plan was made, and not by us.
    case settledMeanwhile
    /// The server refused.
    case refused(Refusal)
    /// Sent, and not confirmed.
    case unknown

    /// A stable name for scripts.
    package func name(done: String) -> String {
        switch self {
        case .planned: "planned"
        case .done: done
        case .notPending: "not_pending"
        case .gone: "gone"
        case .alreadyHeld: "already_held"
        case .taken: "taken"
        case .settledMeanwhile: "settled_meanwhile"
        case .refused: "refused"
        case .unknown: "unknown"
        }
    }
}

/// One pending entry that an operator changes.
package struct EntryChange: Sendable, Equatable {
    /// The entry's id.
    package let id: EntryID
    /// Its line on the list when the plan was made; nil when it had none.
    package let entry: PendingEntry?
    /// Whether it was in the stream when the plan was made.
    package let presence: EntryPresence
    /// What became of it.
    package internal(set) var outcome: EntryOutcome
}

/// What an operator's change to a group comes to, planned or done.
package struct GroupChange: Sendable, Equatable {
    /// The stream.
    package let stream: StreamDefinition
    /// The group's name.
    package let group: [UInt8]
    /// The entries.
    package internal(set) var changes: [EntryChange]
    /// Whether more entries would qualify than were taken up.
    package let isCutShort: Bool
    /// The server's clock when the plan was made, in Unix milliseconds; nil when it would not tell.
    package let now: UInt64?
    /// What an operator should know before it is done.
    package let findings: [Finding]

    /// Where the entries lie whose commands are to be sent.
    package var planned: [Int] {
        changes.indices.filter { changes[$0].outcome == .planned }
    }

    /// How many entries came to this.
    package func count(where isCounted: (EntryOutcome) -> Bool) -> Int {
        changes.count { isCounted($0.outcome) }
    }
}
