import RESP
import Redis

/// What became, or is to become, of a group or a consumer that is removed.
package enum RemovalOutcome: Sendable, Equatable {
    /// It is to be removed, or was not reached.
    case planned
    /// It is removed.
    case done
    /// It holds entries, which would go with it: a consumer that holds any, a group that holds more than was told.
    case holds
    /// Something was heard of it since the plan was made.
    case heard
    /// The group was given entries, or was moved, since the plan was made: where it stands.
    case movedOn(EntryID)
    /// There is none of that name.
    case gone
    /// The server refused.
    case refused(Refusal)
    /// Sent, and not confirmed.
    case unknown

    /// A stable name for scripts.
    package var name: String {
        switch self {
        case .planned: "planned"
        case .done: "removed"
        case .holds: "holds_entries"
        case .heard: "heard_of"
        case .movedOn: "moved_on"
        case .gone: "gone"
        case .refused: "refused"
        case .unknown: "unknown"
        }
    }
}

/// A group, or a consumer of one, that is removed.
package struct RemovalItem: Sendable, Equatable {
    /// The stream.
    package let stream: StreamDefinition
    /// The group's name.
    package let group: [UInt8]
    /// The consumer's name; nil for the group itself.
    package let consumer: [UInt8]?
    /// How many entries it held when it was seen; nil for a consumer that is not there.
    package let pending: UInt64?
    /// Of a group, how many entries waited to be delivered; nil for a consumer.
    package let waiting: Quantity?
    /// How many consumers the group had.
    package let consumers: UInt64
    /// Milliseconds since something was heard of it; nil where nothing ever was, or nobody tells.
    package let silence: UInt64?
    /// Where the group stood.
    let position: EntryID
    /// How many groups its stream had.
    var siblings: UInt64 = 0
    /// What became of it.
    package internal(set) var outcome = RemovalOutcome.planned
    /// How many of a group's pending entries were taken off its list already: a long list goes in steps.
    package internal(set) var forgotten: UInt64 = 0

    /// The command that removes it, as far as it stands alone: the server compares before it carries it out.
    package var command: Command {
        let words = [Array((consumer == nil ? "DESTROY" : "DELCONSUMER").utf8), stream.key, group]
        return Command("XGROUP", arguments: words + (consumer.map { [$0] } ?? [])).writing(key: 1)
    }
}

/// What a removal of groups or of consumers comes to, planned or done.
package struct Removal: Sendable, Equatable {
    /// The groups or consumers.
    package internal(set) var items: [RemovalItem]
    /// Milliseconds for which nothing may have been heard of them; nil where that does not matter.
    package let minIdle: UInt64?
    /// What an operator should know before it is done.
    package let findings: [Finding]
    /// Why not all that was planned was done; nil where it was, and for a plan.
    package internal(set) var ending: WriteEnding?
    /// Why it could not be found out what a lost reply said; nil where that was possible, or nothing was lost.
    package internal(set) var unsettled: RedisError?

    init(items: [RemovalItem], minIdle: UInt64?, findings: [Finding]) {
        self.items = items
        self.minIdle = minIdle
        self.findings = findings
    }

    /// How many are planned and not done.
    package var left: UInt64 { count { $0 == .planned } }

    /// How many were removed.
    package var done: UInt64 { count { $0 == .done } }

    /// Of how many the outcome is not known.
    package var unknown: UInt64 { count { $0 == .unknown } }

    /// How many pending entries were taken off the lists of groups that are still there.
    package var forgotten: UInt64 {
        items.reduce(0) { $1.outcome == .done ? $0 : $0.saturatingAdd($1.forgotten) }
    }

    /// How many came to this.
    package func count(where isCounted: (RemovalOutcome) -> Bool) -> UInt64 {
        UInt64(items.count { isCounted($0.outcome) })
    }
}
