import Redis
import Text

/// What holds one group up: who holds its entries and does not acknowledge them, whose name is left over, who could take over.
struct GroupTrouble {
    let group: GroupStanding
    /// Those that hold entries and were not heard of for long.
    let gone: [ConsumerStanding]
    /// Those that hold entries for longer than others must leave them alone.
    let stuck: [ConsumerStanding]
    /// How many names are left over: they hold nothing, and nobody reads as them.
    let leftOver: Int
    private let claimIdle: UInt64
    /// How often the group's service has an entry delivered; nil where it does not count.
    private let limit: UInt64?

    init(_ group: GroupStanding, _ examination: Examination) {
        self.group = group
        claimIdle = max(1, examination.setup.claimIdle)
        limit = group.deliveryLimit(examination.setup.maxDeliveries)
        let consumers = group.consumers ?? []
        let holders = consumers.filter { $0.info.pending > 0 }
        gone = holders.filter { $0.state == .gone }
        stuck = holders.filter { $0.state == .stuck }
        let idle = consumers.filter { $0.info.pending == 0 }
        leftOver =
            idle.count { $0.state == .gone }
            + Self.leftOver(idle.filter { $0.state == .unknown }, of: consumers.count, examination, claimIdle)
    }

    /// How many of the names are left over that a server before 7.2 does not tell from consumers that wait: where there are more names
    /// than connections, those that were silent for long.
    private static func leftOver(
        _ silent: [ConsumerStanding],
        of names: Int,
        _ examination: Examination,
        _ claimIdle: UInt64
    ) -> Int {
        guard let connections = examination.clients.value?.count, names > connections else { return 0 }
        return min(silent.count { $0.info.idle / 10 >= claimIdle }, names - connections)
    }

    /// Those that hold entries and do not work on them.
    var holders: [ConsumerStanding] { gone + stuck }

    /// How many entries they hold.
    var held: UInt64 { holders.reduce(0) { $0.saturatingAdd($1.info.pending) } }

    /// How long the entry that they hold longest, of those that were looked at, was not delivered; nil where none was.
    var heldFor: UInt64? { holders.compactMap(\.held).max() }

    /// The idle time from which on a consumer counts as gone, in milliseconds.
    var silence: UInt64 { min(claimIdle, .max / 10) * 10 }

    /// How to hand on what they hold. Where a claim delivers entries for the last time it is only a remark: first one looks at those.
    var handover: TerminalText {
        let last = group.lastDeliveries
        guard let limit, limit > 1, holders.contains(where: { last.holders[$0.info.name] != nil }) else { return claim }
        let them: TerminalText = last.count == 1 ? "the one that fails" : "those that fail"
        let look: TerminalText = "caracalctl pending \(group.words) --min-deliveries \(limit - 1)"
        return "\(look) # once the cause of \(them) is gone: \(claim)"
    }

    /// The command that hands on all that they hold, to the consumer that was heard of last.
    var claim: TerminalText {
        let successors = Successors(of: group.consumers ?? [], claimIdle: claimIdle)
        let heir = successors.consumers.first
        let name = heir.map { ShellWord.quoted($0.name) } ?? "CONSUMER"
        // Without it a claim ends after a thousand.
        let limit: TerminalText = held > 1000 ? " --limit \(held)" : ""
        let idle = Words.option(claimIdle)
        return "caracalctl claim \(group.words) --to \(name) --min-idle \(idle)\(limit)\(remark(heir, successors))"
    }

    private func remark(_ heir: ConsumerInfo?, _ successors: Successors) -> TerminalText {
        guard let heir else {
            let these: TerminalText = holders.count == 1 ? "this one acknowledges" : "these acknowledge"
            return stuck.isEmpty
                ? " # start a consumer first: none was heard of lately"
                : " # start another consumer first: \(these) nothing"
        }
        return successors.isHeard(heir)
            ? " # or restart \(holders.count == 1 ? "it" : "them")"
            : " # it was last heard of \(Words.time(heir.idle)) ago: see that it runs"
    }

    /// The command that removes the names that are left over.
    var prune: TerminalText { "caracalctl consumer prune \(group.words) --idle \(Words.option(silence))" }
}
