import Caracal
import Rendering
import Text

/// How `outbox requeue` and `outbox unlock` show what they did, or would do.
struct OutboxChangePresentation: Presentable {
    let plan: OutboxPlan
    let words: OutboxChangeWords
    let server: DatabasePresentation
    let findings: [Finding]
    /// Whether it is only shown what would be done.
    let isPreview: Bool
    /// Whether rows that were changed are left out of the table.
    let problemsOnly: Bool
    /// Puts the options into the commands of a text that lead to the server.
    let routed: (TerminalText) -> TerminalText
    let at = WallClock.now

    func table(_ look: TerminalLook) -> ScreenText {
        let limit = words.areNamed ? nil : PlanLines.usual
        let shown = PlanLines.shown(lines, limit: limit) { $0.outcome == .planned || $0.outcome == .done }
        let table = table(of: shown)
        return table.isEmpty ? "" : table.render(look) + PlanLines.rest(UInt64(lines.count - shown.count))
    }

    var mainTable: TextTable? { table(of: lines) }

    private var lines: [OutboxPlan.Item] { plan.items.filter { !problemsOnly || !$0.outcome.isAsWished } }

    private func table(of lines: [OutboxPlan.Item]) -> TextTable {
        lines.reduce(into: TextTable(words.columns)) { $0.append(row($1)) }
    }

    private func row(_ item: OutboxPlan.Item) -> [Cell] {
        let row = item.row
        let style: Style? = item.outcome == .done ? .green : item.outcome == .planned ? nil : .yellow
        var cells: [Cell] = [
            row.map { Cell($0.outbox.rawValue) } ?? "-", row.map { Cell(DeadLetterWords.name($0.stream)) } ?? "-",
            Cell(bytes: item.id), Cell(age: row?.age(at: plan.now)), row.map { Cell($0.stateWords) } ?? "-",
            row.map { Cell(count: Int(clamping: $0.attempts)) } ?? "-",
        ]
        if words.isOfLocks { cells.append(Cell(TerminalText(row?.lockedBy ?? Array("-".utf8)))) }
        cells.append(Cell(result(item.outcome), style: style))
        cells.append(Cell(reason(item) ?? ""))
        return cells
    }

    private func result(_ outcome: OutboxOutcome) -> String {
        outcome == .planned && !isPreview ? "not done" : outcome.name(done: words.done).replacing("_", with: " ")
    }

    /// Why a row was not changed, or what it had; nil where there is nothing to say.
    private func reason(_ item: OutboxPlan.Item) -> TerminalText? {
        switch item.outcome {
        case .planned, .done: item.row?.lastError.map { TerminalText($0) }
        case .inPlace: "it waits for its first attempt"
        case .inHand: inHand(item.row)
        case .missing: "no table that was looked at has it"
        case .deleted: "deleted since the plan was made"
        case .taken(let change): item.row.map { "changed since the plan was made: \(Self.words(change, of: $0))" }
        case .unknown: routed("sent, and not confirmed: look again with caracalctl outbox show")
        }
    }

    /// A lock that a worker of another name has, or none by name, can only run out.
    private func inHand(_ row: OutboxRow?) -> TerminalText {
        guard let worker = row?.lockedBy else { return "a dispatcher has it in hand, until its lock runs out" }
        return routed(
            "a dispatcher has it in hand (if it is gone: caracalctl outbox unlock \(ShellWord.option("--worker", worker)))"
        )
    }

    /// What somebody else did with a row.
    private static func words(_ change: OutboxRowChange, of row: OutboxRow) -> TerminalText {
        switch change {
        case .state(let state): "it was \(row.state.words), and is \(state.words)"
        case .locked(let worker): "it was locked again\(worker.map { " by \($0)" as TerminalText } ?? "")"
        case .unlocked: "its lock was taken off"
        case .publishedAgain: "it was published again"
        case .tried(let attempts): "it was tried again: \(attempts) attempts, before \(row.attempts)"
        case .other: "it is \(row.state.words) as before, with other times"
        case .inTransaction: "a transaction had it locked, of a dispatcher that publishes it or of somebody else"
        }
    }

    var envelope: Envelope {
        Envelope(
            schema: words.schema,
            at: at,
            server: server.json,
            items: plan.items.map(json),
            summary: [
                words.done: JSONValue(plan.count(.done)), "planned": JSONValue(plan.count(.planned)),
                "left": JSONValue(plan.items.count { !$0.outcome.isAsWished && $0.outcome != .unknown }),
                "unknown": JSONValue(plan.count(.unknown)), "complete": .bool(!plan.isCutShort),
            ],
            warnings: findings.warnings
        )
    }

    private func json(_ item: OutboxPlan.Item) -> JSONValue {
        let row = item.row
        var members = [
            JSONMember("outbox", JSONValue(row?.outbox.rawValue)), JSONMember("stream", JSONValue(bytes: row?.stream)),
            JSONMember("id", .bytes(item.id)),
            JSONMember("result", .string(result(item.outcome).replacing(" ", with: "_"))),
            JSONMember("state", JSONValue(row?.state.rawValue)),
            JSONMember("attempts", row.map { .integer($0.attempts) } ?? .null),
            JSONMember("age_ms", JSONValue(row?.age(at: plan.now))),
        ]
        if words.isOfLocks { members.append(JSONMember("locked_by", JSONValue(bytes: row?.lockedBy))) }
        members.append(JSONMember("last_error", JSONValue(bytes: row?.lastError)))
        members.append(JSONMember("reason", JSONValue(reason(item))))
        return .object(members)
    }
}
