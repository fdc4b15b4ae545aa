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
    /// It was to be acknowledged because it was not in the stream, and now is: the stream was made anew.
    case reappeared
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
        case .reappeared: "reappeared"
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
    /// Whether it was in the stream when it was looked at last.
    package private(set) var presence: EntryPresence
    /// What became of it.
    package internal(set) var outcome: EntryOutcome {
        didSet {
            switch outcome {
            case .gone(let presence): self.presence = presence
            case .reappeared: presence = .present
            default: break
            }
        }
    }

    init(id: EntryID, entry: PendingEntry?, presence: EntryPresence, outcome: EntryOutcome) {
        self.id = id
        self.entry = entry
        self.presence = presence
        self.outcome = outcome
    }
}

/// Entries that are changed like the listed ones and are too many to be kept one by one.
package struct UnlistedEntries: Sendable, Equatable {
    /// How many were planned.
    package internal(set) var count: UInt64
    /// The first of them.
    package let first: EntryID
    /// The last of them.
    package internal(set) var last: EntryID
    /// How many were changed.
    package internal(set) var done: UInt64 = 0
    /// Of how many the outcome is unknown.
    package internal(set) var unknown: UInt64 = 0
    /// How many were found otherwise than planned, and left alone.
    package internal(set) var leftAlone: UInt64 = 0

    /// How many are planned and were not reached.
    package var left: UInt64 { count - min(count, done.saturatingAdd(unknown).saturatingAdd(leftAlone)) }
}

/// What an operator's change to a group comes to, planned or done.
package struct GroupChange: Sendable, Equatable {
    /// The stream.
    package let stream: StreamDefinition
    /// The group's name.
    package let group: [UInt8]
    /// The entries.
    package internal(set) var changes: [EntryChange]
    /// How many consumers the group had; 0 where none is named.
    var consumers = 0
    /// More entries that are changed as well, behind the listed ones; nil where there are none.
    package internal(set) var unlisted: UnlistedEntries?
    /// Whether more entries match than the limit allowed.
    package let isCutShort: Bool
    /// The server's clock when the plan was made, in Unix milliseconds; nil when it would not tell.
    package let now: UInt64?
    /// What an operator should know before it is done.
    package let findings: [Finding]
    /// When the entries had been looked at, by our clock.
    let madeAt: ContinuousClock.Instant
    /// Why not all that was planned was done; nil where it was, and for a plan.
    package internal(set) var ending: GroupChangeEnding?
    /// Why it could not be found out what a lost reply said; nil where that was possible, or nothing was lost.
    package internal(set) var unsettled: RedisError?

    init(
        stream: StreamDefinition,
        group: [UInt8],
        changes: [EntryChange],
        unlisted: UnlistedEntries? = nil,
        isCutShort: Bool = false,
        now: UInt64?,
        findings: [Finding],
        madeAt: ContinuousClock.Instant = .now
    ) {
        self.stream = stream
        self.group = group
        self.changes = changes
        self.unlisted = unlisted
        self.madeAt = madeAt
        self.isCutShort = isCutShort
        self.now = now
        self.findings = findings
    }

    /// Where the entries lie whose commands are to be sent.
    package var planned: [Int] {
        changes.indices.filter { changes[$0].outcome == .planned }
    }

    /// How many entries there are, listed or not.
    package var total: UInt64 { UInt64(changes.count).saturatingAdd(unlisted?.count ?? 0) }

    /// How many were changed.
    package var done: UInt64 { UInt64(count { $0 == .done }).saturatingAdd(unlisted?.done ?? 0) }

    /// How many are planned and not done.
    package var left: UInt64 { UInt64(planned.count).saturatingAdd(unlisted?.left ?? 0) }

    /// Of how many the outcome is unknown.
    package var unknown: UInt64 { UInt64(count { $0 == .unknown }).saturatingAdd(unlisted?.unknown ?? 0) }

    /// How many of the listed entries came to this.
    package func count(where isCounted: (EntryOutcome) -> Bool) -> Int {
        changes.count { isCounted($0.outcome) }
    }
}

/// Why a change to a group ended before all that was planned was done.
package enum GroupChangeEnding: Sendable, Equatable {
    /// The consumer who was to hold the entries was removed after the plan was made.
    case noConsumer
    /// The group, or its stream, was removed after the plan was made.
    case noGroup
    /// As any write.
    case write(WriteEnding)
}
