import Caracal
import RESP
import Redis
import Rendering
import Text

/// How `claim` and `ack` show what they did, or would do.
struct GroupChangePresentation: Presentable {
    let change: GroupChange
    let words: GroupChangeWords
    let server: ServerPresentation
    /// The command for an entry, when it is only shown what would be done.
    let command: ((EntryChange) -> Command)?
    /// How many lines the table has; nil for all.
    let limit: Int?
    /// What became of entries that are not listed, and why not all was done.
    let remarks: [Finding]
    /// Whether entries that were changed are left out of the table.
    let problemsOnly: Bool
    /// Puts the options into the commands of a text that lead to the server.
    let routed: (TerminalText) -> TerminalText
    let at = WallClock.now

    func table(_ look: TerminalLook) -> ScreenText {
        let rest = UInt64(lines.count - shown.count) + (problemsOnly ? 0 : change.unlisted?.count ?? 0)
        let table = table(of: shown)
        return table.isEmpty ? "" : table.render(look) + PlanLines.rest(rest)
    }

    static let columns = [
        Column("ID"), Column("AGE", .right, priority: 5), Column("RESULT"), Column("IDLE", .right, priority: 3),
        Column("TRIES", .right, priority: 2), Column("CONSUMER", isFlexible: true, least: 20),
        Column("ENTRY", priority: 1), Column("", name: "REASON", priority: 4),
    ]

    var mainTable: TextTable? { table(of: lines) }

    /// All lines that are to be shown.
    private var lines: [EntryChange] { change.changes.filter { !problemsOnly || $0.outcome != .done } }

    /// As many of them as a table on a terminal has room for.
    private var shown: [EntryChange] {
        PlanLines.shown(lines, limit: limit) { $0.outcome == .planned || $0.outcome == .done }
    }

    private func table(of lines: [EntryChange]) -> TextTable {
        lines.reduce(into: TextTable(Self.columns)) { $0.append(row($1)) }
    }

    private func row(_ change: EntryChange) -> [Cell] {
        let entry = change.entry
        return [
            Cell(change.id), Cell(age: change.id.elapsed(at: self.change.now)),
            Cell(
                result(change.outcome),
                style: change.outcome == .done ? .green : change.outcome == .planned ? nil : .yellow
            ),
            Cell(age: entry?.idle), entry.map { Cell(count: $0.deliveries) } ?? "-",
            entry.map { Cell(bytes: $0.consumer) } ?? "-", Cell(change.presenceName ?? "-"),
            Cell(change.outcome.reason.map(routed) ?? ""),
        ]
    }

    private func result(_ outcome: EntryOutcome) -> String {
        outcome == .planned && command == nil ? "not done" : outcome.name(done: words.done).spaced
    }

    var envelope: Envelope {
        Envelope(
            schema: words.schema,
            at: at,
            server: server.json,
            items: change.changes.map(json),
            summary: summary,
            warnings: (change.findings + remarks).warnings
        )
    }

    private func json(_ change: EntryChange) -> JSONValue {
        var members = [
            JSONMember("id", .string(change.id.description)),
            JSONMember("result", .string(result(change.outcome).underscored)),
            JSONMember("consumer", JSONValue(bytes: change.entry?.consumer)),
            JSONMember("idle_ms", JSONValue(change.entry?.idle)),
            JSONMember("deliveries", JSONValue(change.entry?.deliveries)),
            JSONMember("entry", JSONValue(change.presenceName)),
            JSONMember("exists", JSONValue(change.presence.exists)),
            JSONMember("reason", JSONValue(change.outcome.reason.map(routed))),
        ]
        if let command, change.outcome == .planned {
            members.append(JSONMember("command", .string(command(change).description)))
        }
        return .object(members)
    }

    private var summary: JSONValue {
        [
            "stream": .string(change.stream.name), "group": .bytes(change.group),
            words.done: .unsigned(change.done),
            "planned": .unsigned(change.left),
            "unknown": .unsigned(change.unknown),
            "not_listed": .unsigned(change.unlisted?.count ?? 0),
            "complete": .bool(!change.isCutShort),
            "batches": .array(change.batches.map(json)),
        ]
    }

    private func json(_ batch: HeldBatch) -> JSONValue {
        [
            "entries": .unsigned(batch.count), "longest_idle_ms": JSONValue(batch.longest),
            "shortest_idle_ms": JSONValue(batch.shortest), "deliveries": .unsigned(batch.deliveries),
        ]
    }
}

extension String {
    /// `not_pending` as words.
    fileprivate var spaced: String {
        split(separator: "_").joined(separator: " ")
    }

    /// Words as `not_pending`.
    fileprivate var underscored: String {
        split(separator: " ").joined(separator: "_")
    }
}

extension EntryOutcome {
    /// Why an entry was not changed, or what to do about it; nil when there is nothing to say.
    var reason: TerminalText? {
        switch self {
        case .notPending: "acknowledged before, or never delivered"
        case .gone: "cannot be delivered any more (ack --trimmed takes it off the list)"
        case .taken(let consumer): "delivered to \(consumer) since the plan was made"
        case .settledMeanwhile: "taken off the list since the plan was made"
        case .reappeared: "in the stream again since the plan was made"
        case .refused(let refusal): refusal.text
        case .unknown: "sent, and not confirmed: look again with caracalctl pending"
        case .planned, .done, .alreadyHeld: nil
        }
    }
}

extension EntryChange {
    /// Where the entry is; nil for one that is not pending and not there: whether it ever was is not known.
    fileprivate var presenceName: String? {
        entry == nil && presence != .present ? nil : presence.rawValue
    }
}
