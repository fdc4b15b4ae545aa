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
        /// Whether it was put beyond the stream's last id: nothing tells what it was given, and it holds everything.
        package var isBeyondStream = false
        /// How many of the removed entries lie behind its position: it was never given them, or is to be given them again.
        package var undelivered: Quantity = .exact(0)
        /// How many of the others it was given and has not acknowledged.
        package var unacknowledged: UInt64 = 0
        /// Up to where it was given entries.
        var position = EntryID.zero
        /// Those that make up `unacknowledged`, in their order: a forced trimming may cost the group these, and no others.
        var pending: [EntryID] = []

        /// Whether it loses anything.
        package var losesEntries: Bool {
            undelivered != .exact(0) || unacknowledged > 0
        }
    }

    /// A group outside the table that keeps more than the groups of the table do, and of which nothing has been heard for long.
    package struct AbandonedGroup: Sendable, Equatable {
        /// Its name.
        package let name: [UInt8]
        /// The oldest entry it keeps.
        package let floor: EntryID
        /// How many consumers it has.
        package let consumers: Int
        /// Milliseconds since one of them was heard of; nil where there is none.
        package let silence: UInt64?
    }

    /// Where the stream stood: by it one that was made anew is recognised.
    package struct Mark: Sendable, Equatable {
        /// The greatest id it ever had. It never becomes smaller.
        let lastGeneratedID: EntryID
        /// How many entries were ever added; nil before Redis 7.
        let entriesAdded: UInt64?
        /// How many of these were gone; nil before Redis 7.
        let entriesRemoved: UInt64?

        init(_ info: StreamInfo) {
            lastGeneratedID = info.lastGeneratedID
            entriesAdded = info.entriesAdded
            entriesRemoved = info.entriesAdded.map { $0 - min(info.length, $0) }
        }
    }

    /// The stream.
    package let stream: StreamDefinition
    /// How many entries it had.
    package let length: UInt64
    /// Where it stood.
    let mark: Mark
    /// The smallest id that stays; nil when nothing is to be removed.
    package let minID: EntryID?
    /// How many entries that removes.
    package let removes: Quantity
    /// Whether as many entries as the stream's bound stay.
    package let staysAtBound: Bool
    /// Whether groups may lose what is told of them.
    package let isForced: Bool
    /// The groups.
    package let groups: [GroupCost]
    /// Groups that keep entries, and that nobody may miss.
    package let abandoned: [AbandonedGroup]
    /// What else an operator should know.
    package let findings: [Finding]
    /// The oldest entry; nil where there is none.
    package internal(set) var first: EntryID?
    /// The server's clock when it was looked at, in Unix milliseconds; nil when it would not tell.
    package internal(set) var now: UInt64?

    /// The group that keeps the most; nil for a stream without groups.
    package var slowest: GroupCost? {
        groups.min { $0.floor < $1.floor }
    }

    /// The commands that the server carries out. The first is repeated until it removes nothing: a step of it never holds the server
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
    package internal(set) var removed: UInt64?
    /// How many entries are left; nil when it is not known.
    package internal(set) var length: UInt64?
    /// Why it could not be found out what a lost reply said; nil where that was possible, or nothing was lost.
    package internal(set) var unsettled: RedisError?
    /// Whether everything before the smallest id that stays is certainly gone.
    package internal(set) var isDone: Bool
    /// Why it is not; nil when it is.
    package internal(set) var ending: TrimEnding?

    /// What came of a plan.
    package init(plan: TrimPlan, removed: UInt64?, length: UInt64?, isDone: Bool) {
        self.plan = plan
        self.removed = removed
        self.length = length
        self.isDone = isDone
    }

    func stopped(_ ending: TrimEnding) -> TrimReport {
        var report = self
        report.ending = ending
        return report
    }
}

/// Why a trimming ended before all that was planned was done. What the last step was to remove is still there, unless the
/// server was lost.
package enum TrimEnding: Sendable, Equatable {
    /// A group has not acknowledged this entry, which it had when the plan was made: it was created or set back since, or
    /// somebody took the entry on. Of a forced trimming: it would lose more than was told.
    case held(group: [UInt8], from: EntryID)
    /// The stream was deleted, or made anew.
    case anew
    /// Its groups were destroyed, so nothing says any more what is done with.
    case noGroups
    /// As any write.
    case write(WriteEnding)
}
