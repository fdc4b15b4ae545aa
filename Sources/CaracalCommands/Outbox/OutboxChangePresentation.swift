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
    let at = WallClock.now

    static let columns = [
        Column("OUTBOX", priority: 5), .stream, Column("ID"), Column("AGE", .right, priority: 3),
        Column("WAS", priority: 2), Column("TRIES", .right, priority: 4), Column("RESULT"),
        Column("", name: "REASON", priority: 1),
    ]

    func table(_ look: TerminalLook) -> String {
        let limit = words.areNamed ? nil : PlanLines.usual
        let shown = PlanLines.shown(lines, limit: limit) { $0.outcome == .planned || $0.outcome == .done }
        let table = table(of: shown)
        return table.isEmpty ? "" : table.render(look) + PlanLines.rest(UInt64(lines.count - shown.count))
    }

    var mainTable: TextTable? { table(of: lines) }

    private var lines: [OutboxPlan.Item] { plan.items.filter { !problemsOnly || !$0.outcome.isAsWished } }

    private func table(of lines: [OutboxPlan.Item]) -> TextTable {
        lines.reduce(into: TextTable(Self.columns)) { $0.append(row($1)) }
    }

    private func row(_ item: OutboxPlan.Item) -> [Cell] {
        let row = item.row
        let style: Style? = item.outcome == .done ? .green : item.outcome == .planned ? nil : .yellow
        return [
            row.map { Cell($0.outbox.rawValue) } ?? "-", row.map { Cell(DeadLetterWords.name($0.stream)) } ?? "-",
            Cell(bytes: item.id), Cell(age: row?.age(at: plan.now)), row.map { Cell($0.stateWords) } ?? "-",
            row.map { Cell(count: Int(clamping: $0.attempts)) } ?? "-", Cell(result(item.outcome), style: style),
            Cell(reason(item) ?? ""),
        ]
    }

    private func result(_ outcome: OutboxOutcome) -> String {
        outcome == .planned && !isPreview ? "not done" : outcome.name(done: words.done).replacing("_", with: " ")
    }

    /// Why a row was not changed, or what it had; nil where there is nothing to say.
    private func reason(_ item: OutboxPlan.Item) -> TerminalText? {
        switch item.outcome {
        case .planned, .done: item.row?.lastError.map { TerminalText($0) }
        case .inPlace: "it waits for its first attempt"
        case .inHand:
            "a dispatcher has it in hand\(item.row?.lockedBy.map { " (\($0))" as TerminalText } ?? "") (outbox unlock if that is gone)"
        case .missing: "no table that was looked at has it"
        case .deleted: "deleted since the plan was made"
        case .taken(let state):
            "changed since the plan was made: it is \(state.words) now, or a dispatcher has locked it"
        case .unknown: "sent, and not confirmed: look again with caracalctl outbox show"
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
        [
            "outbox": JSONValue(item.row?.outbox.rawValue), "stream": JSONValue(bytes: item.row?.stream),
            "id": .bytes(item.id), "result": .string(result(item.outcome).replacing(" ", with: "_")),
            "state": JSONValue(item.row?.state.rawValue), "attempts": item.row.map { .integer($0.attempts) } ?? .null,
            "age_ms": JSONValue(item.row?.age(at: plan.now)), "last_error": JSONValue(bytes: item.row?.lastError),
            "reason": JSONValue(reason(item)),
        ]
    }
}
