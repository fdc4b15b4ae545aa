import Redis
import Text

/// What holds one group up: who holds its entries and does not acknowledge them, which names nobody uses, who could take over.
struct GroupTrouble {
    let group: GroupStanding
    /// Those that hold entries and were not heard of for long.
    let gone: [ConsumerStanding]
    /// Those that hold entries for longer than others must leave them alone.
    let stuck: [ConsumerStanding]
    /// How many names nobody uses: they hold nothing, and nobody reads as them.
    let unusedNames: Int
    private let claimIdle: UInt64
    /// How often the group's service has an entry delivered; nil where it does not count.
    private let limit: UInt64?
    /// Whether entries of the stream were deleted behind its first one, or that is not known.
    private let hasGaps: Bool

    init(_ group: GroupStanding, _ examination: Examination) {
        self.group = group
        claimIdle = max(1, examination.setup.claimIdle)
        limit = group.deliveryLimit(examination.setup.maxDeliveries)
        hasGaps = examination.info(of: group)?.maxDeletedID != .zero
        let consumers = group.consumers ?? []
        let holders = consumers.filter { $0.info.pending > 0 }
        gone = holders.filter { $0.state == .gone }
        stuck = holders.filter { $0.state == .stuck }
        let idle = consumers.filter { $0.info.pending == 0 }
        unusedNames =
            idle.count { $0.state == .gone }
            + Self.unused(idle.filter { $0.state == .unknown }, of: consumers.count, examination, claimIdle)
    }

    /// How many of the names does nobody use that a server before 7.2 does not tell from consumers that wait: where there are more names
    /// than connections, those that were silent for long.
    private static func unused(
        _ silent: [ConsumerStanding],
        of names: Int,
        _ examination: Examination,
        _ claimIdle: UInt64
    ) -> Int {
        guard let connections = examination.clients.value?.count, names > connections else { return 0 }
        return min(silent.count { $0.info.idle >= ConsumerState.silence(claimIdle: claimIdle) }, names - connections)
    }

    /// Those that hold entries and do not work on them.
    var holders: [ConsumerStanding] { gone + stuck }

    /// How many entries they hold.
    var held: UInt64 { holders.reduce(0) { $0.saturatingAdd($1.info.pending) } }

    /// How many of these are no longer in the stream, at least: nobody can be given them.
    private var trimmed: UInt64 { holders.reduce(0) { $0.saturatingAdd($1.trimmed) } }

    /// Whether something that they hold cannot be handed on.
    var hasTrimmed: Bool { trimmed > 0 }

    /// Whether nothing that they hold can be handed on.
    private var isAllTrimmed: Bool { held > 0 && trimmed >= held }

    /// How many entries they hold, and how many of these are no longer in the stream.
    var heldWords: TerminalText {
        let entries: TerminalText = "\(Words.count(held, "entry", "entries"))"
        guard trimmed > 0 else { return entries }
        if isAllTrimmed { return "\(entries), \(held == 1 ? "which is" : "all of them") no longer in the stream" }
        let least: TerminalText = hasGaps || !holders.allSatisfy(\.isWhole) ? "at least " : ""
        return "\(entries), \(least)\(Words.number(trimmed)) of them no longer in the stream"
    }

    /// How long the entry that they hold longest, of those that were looked at, was not delivered; nil where none was.
    var heldFor: UInt64? { holders.compactMap(\.held).max() }

    /// The idle time from which on a consumer counts as gone, in milliseconds.
    var silence: UInt64 { ConsumerState.silence(claimIdle: claimIdle) }

    /// How to hand on what they hold, and remove the names that nobody uses: one line where somebody is there to take over. Where
    /// the claim delivers entries for the last time, what to look at first stands in the remark, and the claim tells of it before it asks.
    var handover: TerminalText {
        if isAllTrimmed {
            let they: TerminalText = held == 1 ? "it is" : "they are"
            return
                "\(acknowledge)\(pruning) # \(they) no longer in the stream, nobody can be given \(held == 1 ? "it" : "them")\(notes)"
        }
        let successors = Successors(of: group.consumers ?? [], claimIdle: claimIdle)
        guard let successor = successors.consumers.first else { return withoutSuccessor }
        let restart: TerminalText = "restart \(holders.count == 1 ? "it" : "them")"
        let other: TerminalText =
            successors.isHeard(successor)
            ? "or \(restart)" : "it was last heard of \(Words.time(successor.idle)) ago: see that it runs"
        let remark = look.map { "first see why \(areFailing): \($0), and the Audit service's log; \(other)" } ?? other
        return "\(claim(to: successor.name))\(pruning) # \(remark)\(notes)"
    }

    /// Where nobody is there to take over, the claim is only a remark once it delivers entries for the last time.
    private var withoutSuccessor: TerminalText {
        let these: TerminalText = holders.count == 1 ? "this one acknowledges" : "these acknowledge"
        let start: TerminalText =
            stuck.isEmpty
            ? "start a consumer first: none was heard of lately" : "start another consumer first: \(these) nothing"
        let then: TerminalText = unusedNames == 0 ? "" : "; then \(prune)"
        let claim = "\(claim(to: Array("CONSUMER".utf8))) # \(start)\(then)\(notes)" as TerminalText
        guard let look else { return claim }
        let them: TerminalText = group.lastDeliveries.count == 1 ? "the one that fails" : "those that fail"
        return "\(look) # once the cause of \(them) is gone: \(claim)"
    }

    private var areFailing: TerminalText { group.lastDeliveries.count == 1 ? "one fails" : "some fail" }

    /// The command that shows entries which a claim would deliver for the last time; nil where it would deliver none so.
    private var look: TerminalText? {
        let last = group.lastDeliveries
        guard let limit, limit > 1, holders.contains(where: { last.holders[$0.info.name] != nil }) else { return nil }
        return "caracalctl pending \(group.words) --min-deliveries \(limit - 1)"
    }

    /// The command that takes off the list what is no longer in the stream.
    private var acknowledge: TerminalText { "caracalctl ack \(group.words) --trimmed" }

    /// What follows once they hold nothing; a blank ahead.
    private var pruning: TerminalText { unusedNames == 0 ? "" : " && \(prune)" }

    /// What shows those that nobody can be given any more, before they leave the list, the only one that has them. No command publishes
    /// just these again: what was processed is no longer in the stream either, and would come twice.
    private var notes: TerminalText {
        guard trimmed > 0 else { return "" }
        return """
            ; first note what was not processed, as far as the group knows: caracalctl pending \(group.words) --lost --all
            """
    }

    /// The command that hands on all that they hold, and takes off the list what cannot be handed on.
    private func claim(to name: [UInt8]) -> TerminalText {
        // Without it a claim ends after a thousand.
        let limit: TerminalText = held > 1000 ? " --limit \(held)" : ""
        return
            "caracalctl claim \(group.words) \(ShellWord.option("--to", name)) --min-idle \(Words.option(claimIdle))\(limit)"
            + (trimmed > 0 ? " && \(acknowledge)" : "")
    }

    /// The command that removes the names that nobody uses.
    var prune: TerminalText {
        "caracalctl consumer prune \(group.words) --idle \(Words.option(silence))"
    }
}
