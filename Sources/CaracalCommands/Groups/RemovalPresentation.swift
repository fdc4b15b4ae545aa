import Caracal
import RESP
import Redis
import Rendering
import Text

/// How the removal of groups or consumers is shown, done or planned.
struct RemovalPresentation: Presentable {
    let removal: Removal
    let words: RemovalWords
    let frame: PlanFrame

    static let groupColumns = [
        .stream, .group, Column("RESULT"), Column("WAITING", .right), Column("PENDING", .right),
        Column("CONSUMERS", .right, priority: 2), Column("LAST SEEN", .right, priority: 1),
        Column("", name: "REASON", priority: 3),
    ]

    static let consumerColumns = [
        .stream, .group, Column("CONSUMER", isFlexible: true, least: 20), Column("RESULT"), Column("PENDING", .right),
        Column("LAST SEEN", .right, priority: 1), Column("", name: "REASON", priority: 3),
    ]

    func table(_ look: TerminalLook) -> ScreenText {
        let shown = PlanLines.shown(lines, limit: PlanLines.usual) { $0.outcome == .planned || $0.outcome == .done }
        let table = table(of: shown)
        return table.isEmpty ? "" : table.render(look) + PlanLines.rest(UInt64(lines.count - shown.count))
    }

    var mainTable: TextTable? { table(of: lines) }

    private var lines: [RemovalItem] {
        removal.items.filter {
            !frame.problemsOnly || $0.outcome != .done && (!frame.isPreview || $0.outcome != .planned)
        }
    }

    private func table(of lines: [RemovalItem]) -> TextTable {
        let columns = words.areGroups ? Self.groupColumns : Self.consumerColumns
        return lines.reduce(into: TextTable(columns)) { $0.append(row($1)) }
    }

    private func row(_ item: RemovalItem) -> [Cell] {
        let isLeft = item.outcome == .planned && !frame.isPreview
        let word = isLeft ? "not done" : item.outcome.name.split(separator: "_").joined(separator: " ")
        let style: Style? = item.outcome == .done ? .green : item.outcome == .planned && !isLeft ? nil : .yellow
        let result = Cell(word, style: style)
        let (name, reason) = (Cell(name: item.group), Cell(item.reason.map(frame.routed) ?? ""))
        let pending: Cell = item.held.map { Cell(count: $0) } ?? "-"
        let stream = Cell(item.stream.shortName)
        guard let consumer = item.consumer else {
            return [
                stream, name, result, Cell(item.waiting), pending, Cell(count: item.consumers), Cell(age: item.silence),
                reason,
            ]
        }
        return [stream, name, Cell(name: consumer), result, pending, Cell(age: item.silence), reason]
    }

    var envelope: Envelope {
        Envelope(
            schema: words.schema,
            at: frame.at,
            server: frame.server.json,
            items: removal.items.map(json),
            summary: [
                "removed": .unsigned(removal.done), "planned": .unsigned(removal.left),
                "unknown": .unsigned(removal.unknown), "forgotten": .unsigned(removal.forgotten),
            ],
            warnings: frame.findings.warnings
        )
    }

    private func json(_ item: RemovalItem) -> JSONValue {
        let isLeft = item.outcome == .planned && !frame.isPreview
        var members = [JSONMember("stream", .string(item.stream.name)), JSONMember("group", .bytes(item.group))]
        if let consumer = item.consumer { members.append(JSONMember("consumer", .bytes(consumer))) }
        members.append(JSONMember("result", .string(isLeft ? "not_done" : item.outcome.name)))
        if words.areGroups {
            members.append("waiting", item.waiting)
            members.append(JSONMember("consumers", .unsigned(item.consumers)))
        }
        members += [
            JSONMember("pending", JSONValue(item.held)), JSONMember("last_seen_ms", JSONValue(item.silence)),
            JSONMember("reason", JSONValue(item.reason.map(frame.routed))),
        ]
        if frame.isPreview, item.outcome == .planned {
            members.append(JSONMember("command", .string(item.command.description)))
        }
        return .object(members)
    }
}

extension RemovalItem {
    /// How many entries it held when it was seen; nil for one that is not there any more.
    fileprivate var held: UInt64? { outcome == .gone ? nil : pending }

    /// Why it was not removed, or what to do about it; nil when there is nothing to say.
    fileprivate var reason: TerminalText? {
        switch outcome {
        case .planned, .done: nil
        case .holds where consumer == nil: "it holds more entries than was shown"
        case .holds: "its entries would be lost (caracalctl claim hands them to another)"
        case .heard: "something was heard of it since the plan was made"
        case .movedOn(let id): "it has come to \(id) since the plan was made"
        case .gone: "there is none of this name"
        case .refused(let refusal): refusal.text
        case .unknown: "sent, and not confirmed: look with caracalctl \(consumer == nil ? "group" : "consumer") ls"
        }
    }
}
