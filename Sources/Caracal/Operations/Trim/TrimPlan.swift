import RESP
import Redis

/// How far a stream is to be trimmed, and what that costs.
package struct TrimPlan: Sendable, Equatable {
    /// What a group would lose, or what it holds the trimming back with.
    package struct GroupCost: Sendable, Equatable {
        /// The group's name.
        package let name: [UInt8]
        /// The oldest entry it has not acknowledged: everything before is done with.
        package let floor: EntryID
        /// How many of the removed entries it was never given.
        package var undelivered: Quantity = .exact(0)
        /// How many of the removed entries it was given and has not acknowledged.
        package var unacknowledged: UInt64 = 0

        /// Whether it loses anything.
        package var losesEntries: Bool {
            undelivered != .exact(0) || unacknowledged > 0
        }
    }

    /// The stream.
    package let stream: StreamDefinition
    /// How many entries it had.
    package let length: UInt64
    /// The smallest id that stays; nil when nothing is to be removed.
    package let minID: EntryID?
    /// How many entries that removes.
    package let removes: Quantity
    /// Whether as many entries as the stream's bound stay.
    package let staysAtBound: Bool
    /// The groups.
    package let groups: [GroupCost]
    /// What else an operator should know.
    package let findings: [Finding]

    /// The group that keeps the most; nil for a stream without groups.
    package var slowest: GroupCost? {
        groups.min { $0.floor < $1.floor }
    }

    /// The commands, as they are sent. The first is repeated until it removes nothing: a step of it never holds the server
    /// up for long. The second removes what is left of the last node.
    package var requests: [XTrim] {
        minID.map {
            [XTrim(key: stream.key, minID: $0, limit: Self.stepSize), XTrim(key: stream.key, minID: $0)]
        } ?? []
    }

    /// How many entries one step removes at most.
    static let stepSize = 10_000
}

/// What trimming came to.
package struct TrimReport: Sendable, Equatable {
    /// What was planned.
    package let plan: TrimPlan
    /// How many entries were removed; nil when nothing was to be done, or when it is not known.
    package let removed: UInt64?
    /// How many entries are left; nil when it is not known.
    package let length: UInt64?
    /// Whether everything before the smallest id that stays is certainly gone.
    package let isDone: Bool

    /// What came of a plan.
    package init(plan: TrimPlan, removed: UInt64?, length: UInt64?, isDone: Bool) {
        self.plan = plan
        self.removed = removed
        self.length = length
        self.isDone = isDone
    }
}

/// Why a stream is not trimmed; nothing was sent to change it.
package enum TrimRefusal: Error, Sendable, Equatable {
    /// There is no such stream.
    case noStream(StreamDefinition)
    /// The key holds something else.
    case otherType(StreamDefinition, OtherType)
    /// It has no groups, so nothing says what is done with.
    case noGroups(StreamDefinition)
    /// The table has no bound for it.
    case noBound(StreamDefinition)
    /// The server is a replica: it takes no writes.
    case replica
}
