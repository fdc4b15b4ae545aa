import RESP
import Redis
import Text

/// Where a group is to read on, and what that means for what it is given.
package struct GroupMovePlan: Sendable, Equatable {
    /// The stream.
    package let stream: StreamDefinition
    /// The group's name.
    package let group: [UInt8]
    /// The group as it was seen; nil for one that is to be created.
    package let seen: GroupInfo?
    /// The last entry before the place: the group counts as having been given everything up to it.
    package let position: EntryID
    /// The first entry that it is given from there; nil where it waits for one to be added.
    package let next: EntryID?
    /// How many entries it is given once more.
    package let again: Quantity
    /// How many entries it is never given.
    package let skipped: Quantity
    /// How many entries wait for it at the place.
    package let waiting: Quantity
    /// Those of its consumers that were heard of lately; nil when the server would not name them.
    package let readers: [[UInt8]]?
    /// The count of entries read that makes the server's lag right; nil where it cannot be known, and before Redis 7.
    package let entriesRead: UInt64?
    /// What an operator should know before it is done.
    package let findings: [Finding]
    /// The server's clock when the plan was made, in Unix milliseconds; nil when it would not tell.
    package let now: UInt64?
    /// How the stream stood.
    let info: StreamInfo
    /// What became of it.
    package internal(set) var outcome = Outcome.planned
    /// Why the write did not end as any other; nil where it did, and for a plan.
    package internal(set) var ending: WriteEnding?
    /// Why it could not be found out what a lost reply said; nil where that was possible, or nothing was lost.
    package internal(set) var unsettled: RedisError?

    /// What became of a move.
    package enum Outcome: Sendable, Equatable {
        /// It is to be done, or was not reached.
        case planned
        /// It is done.
        case done
        /// The group stands where it should already.
        case inPlace
        /// The group has read on, or was moved, since the plan was made: where it stands.
        case movedOn(EntryID)
        /// Somebody created the group since the plan was made.
        case exists
        /// The group was destroyed since the plan was made.
        case noGroup
        /// The stream was deleted, or made anew.
        case anew
        /// Sent, and not confirmed.
        case unknown

        /// A stable name for scripts.
        ///
        /// - Parameter done: what a group is once it is done.
        package func name(done: String) -> String {
            switch self {
            case .planned: "planned"
            case .done: done
            case .inPlace: "in_place"
            case .movedOn: "moved_on"
            case .exists: "exists"
            case .noGroup: "no_group"
            case .anew: "replaced"
            case .unknown: "unknown"
            }
        }
    }

    /// The command that does it, as far as it stands alone: the server compares before it carries it out.
    package var command: Command {
        let words = [Array((seen == nil ? "CREATE" : "SETID").utf8), stream.key, group, Array("\(position)".utf8)]
        let count = entriesRead.map { ["ENTRIESREAD", "\($0)"].map { Array($0.utf8) } } ?? []
        return Command("XGROUP", arguments: words + count).writing(key: 1)
    }
}
