import Caracal
import RESP
import Redis
import Rendering
import Text

/// How one kind of removal is spoken of.
struct RemovalWords: Sendable {
    /// The schema of its envelope.
    let schema: String
    /// What is removed, one and several.
    let one: String
    let many: String
    /// Whether the operator named what is removed: then one that could not be is a finding.
    let isNamed: Bool
    /// Whether groups are removed, rather than consumers.
    let areGroups: Bool

    static let group = RemovalWords("caracalctl.group-rm/1", "group", isNamed: true)
    static let groups = RemovalWords("caracalctl.group-prune/1", "group", isNamed: false)
    static let consumer = RemovalWords("caracalctl.consumer-rm/1", "consumer", isNamed: true)
    static let consumers = RemovalWords("caracalctl.consumer-prune/1", "consumer", isNamed: false)

    private init(_ schema: String, _ one: String, isNamed: Bool) {
        self.schema = schema
        self.one = one
        self.isNamed = isNamed
        many = one + "s"
        areGroups = one == "group"
    }
}

/// The removal of groups or consumers as a change that is planned.
struct RemovalChange: PlannedChange {
    let words: RemovalWords
    let look: (any CommandChannel) throws(RedisError) -> Result<Removal, StreamProblem>
    let act: (Removal, ReconnectingChannel, (Removal) -> Void) -> Removal

    init(_ removal: GroupRemoval, _ words: RemovalWords) {
        self.words = words
        look = { connection throws(RedisError) in try removal.plan(on: connection) }
        act = { removal.apply($0, on: $1, afterBatch: $2) }
    }

    init(_ removal: ConsumerRemoval, _ words: RemovalWords) {
        self.words = words
        look = { connection throws(RedisError) in try removal.plan(on: connection) }
        act = { removal.apply($0, on: $1, afterBatch: $2) }
    }

    func plan(on connection: any CommandChannel) throws(RedisError) -> Result<Removal, StreamProblem> {
        try look(connection)
    }

    /// What a group that stays was to lose is told no more, but what it has lost.
    func findings(_ plan: Removal) -> [Finding] {
        guard words.areGroups, let group = plan.items.first(where: plan.isKept) else { return plan.findings }
        let others = words.isNamed ? plan.findings.filter { $0.code != .losesEntries } : plan.findings
        guard plan.forgotten > 0, plan.ending == nil else { return others }
        let entries = Format.count(plan.forgotten, "pending entry", "pending entries")
        let text: TerminalText = "what was emptied and not removed has forgotten \(entries) already"
        return others + [Finding(.losesEntries, .warning, stream: group.stream.name, text)]
    }

    func commands(_ plan: Removal) -> [Command] { plan.items.filter { $0.outcome == .planned }.map(\.command) }

    func question(_ plan: Removal) -> TerminalText {
        let planned = plan.items.filter { $0.outcome == .planned }
        guard let first = planned.first else { return "" }
        let isAlone = planned.count == 1
        let isOneStream = planned.allSatisfy { $0.stream == first.stream }
        let what: TerminalText =
            isAlone
            ? "the \(words.one) \(first.consumer ?? first.group)"
            : "\(Format.count(planned.count, words.one, words.many))"
        let isOneGroup = isOneStream && planned.allSatisfy { $0.group == first.group }
        let group: TerminalText = !words.areGroups && isOneGroup ? " of \(first.group)" : ""
        let place: TerminalText = isOneStream ? " from \(first.stream.name)" : ""
        let pending = words.areGroups ? planned.reduce(UInt64(0)) { $0.saturatingAdd($1.pending ?? 0) } : 0
        let cost: TerminalText =
            pending > 0 ? ", and forget \(Format.count(pending, "pending entry", "pending entries"))" : ""
        return "Remove \(what)\(group)\(place)\(cost)?"
    }

    func apply(_ plan: Removal, on server: ReconnectingChannel, _ progress: Progress) -> Removal {
        let total = plan.left
        return act(plan, server) { progress.show(words.many.utf8, done: total - min(total, $0.left), of: total) }
    }

    func status(_ plan: Removal) -> ExitStatus {
        let isWhole = plan.items.allSatisfy { $0.outcome == .planned || $0.outcome == .done }
        let isUnseen = plan.findings.contains { $0.code == .notPermitted || $0.code == .wrongType }
        return words.isNamed && !isWhole || isUnseen ? .finding : .success
    }

    func presentation(_ plan: Removal, _ frame: PlanFrame) -> RemovalPresentation {
        RemovalPresentation(removal: plan, words: words, frame: frame)
    }

    func ending(_ plan: Removal, by connection: any CommandChannel) -> WriteEndingText? {
        guard let ending = plan.ending else { return nil }
        let refused = plan.count { if case .refused = $0 { true } else { false } }
        let counts = [
            (plan.done, "removed"), (plan.left.saturatingAdd(refused), "not removed"), (plan.unknown, "unknown"),
        ]
        let parts = counts.filter { $0.0 > 0 }.map { "\(Format.grouped(Int(clamping: $0.0))) \($0.1)" }
        let all = Format.count(plan.items.count, words.one, words.many)
        let forgotten: TerminalText =
            plan.forgotten > 0
            ? "; \(Format.count(plan.forgotten, "pending entry", "pending entries")) of what is left forgotten already"
            : ""
        return WriteEndingText(
            ending,
            by: connection.endpoint.description,
            outcome: "of \(all) \(parts.joined(separator: ", "))\(forgotten)",
            unsettled: plan.unsettled
        )
    }
}

extension Removal {
    /// Whether a group or a consumer certainly is not removed, or was gone before.
    fileprivate func isKept(_ item: RemovalItem) -> Bool {
        switch item.outcome {
        case .done, .unknown: false
        case .planned: ending != nil
        case .holds, .heard, .movedOn, .gone, .refused: true
        }
    }
}
