import Caracal
import RESP
import Redis
import Rendering
import Text

/// How `provision` shows its report.
struct ProvisionPresentation: Presentable {
    /// What the table shows.
    enum Content {
        /// Every line.
        case everything
        /// Only lines that are missing or refused.
        case problems
        /// What would be done: every line.
        case plan
    }

    let report: ProvisionReport
    /// What an operator should know, how it ended included.
    let findings: [Finding]
    let server: ServerPresentation
    let shows: Content
    let at = WallClock.now

    func table(_ look: TerminalLook) -> ScreenText {
        mainTable.map { $0.isEmpty ? "" : $0.render(look) } ?? ""
    }

    static let columns = [
        .stream, .group, Column("RESULT"), Column("START", priority: 1), Column("", name: "REASON", priority: 2),
    ]

    var mainTable: TextTable? {
        report.items.filter { shows != .problems || isProblem($0) }
            .reduce(into: TextTable(Self.columns)) { $0.append(row($1)) }
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.provision/1",
            at: at,
            server: server.json,
            items: report.items.map(json),
            summary: [
                "created": count(.created), "exists": count(.exists), "refused": count(.refused),
                "missing": count(.missing),
            ],
            warnings: findings.warnings
        )
    }

    private func count(_ result: ProvisionItem.Result) -> JSONValue {
        .integer(Int64(report.count(result)))
    }

    /// Whether it is only shown that it would be created.
    private func isPlanned(_ item: ProvisionItem) -> Bool {
        shows == .plan && item.result == .missing && item.step != nil
    }

    private func isProblem(_ item: ProvisionItem) -> Bool {
        item.result == .missing || item.result == .refused
    }

    private func row(_ item: ProvisionItem) -> [Cell] {
        [
            Cell(item.stream.shortName), Cell(item.group?.name ?? "-"),
            isPlanned(item) ? "planned" : Cell(item.result.rawValue, style: style(item.result)),
            Cell(item.start?.rawValue ?? "-"), Cell(item.reason ?? ""),
        ]
    }

    private func style(_ result: ProvisionItem.Result) -> Style? {
        switch result {
        case .created: .green
        case .exists: nil
        case .missing, .refused: .red
        }
    }

    private func json(_ item: ProvisionItem) -> JSONValue {
        var members = [
            JSONMember("stream", .string(item.stream.name)), JSONMember("group", JSONValue(item.group?.name)),
            JSONMember("result", .string(item.result.rawValue)), JSONMember("start", JSONValue(item.start?.rawValue)),
            JSONMember("skipped", .unsigned(item.skipped)), JSONMember("reason", JSONValue(item.reason)),
        ]
        if shows == .plan { members.append(JSONMember("command", JSONValue(item.step?.command.description))) }
        return .object(members)
    }
}

extension ProvisionItem {
    /// Why it is not as it should be, or what to know about it; nil when there is nothing to say.
    var reason: TerminalText? {
        switch refusal {
        case .otherType(let type): "the key holds \(type.text), and is left alone"
        case .server(let refusal): refusal.text
        case .replica: "the server is a replica: connect to the master"
        case .vanished: "it was created, and gone when it was read again"
        case nil: skipped > 0 ? "is not given \(Format.count(skipped, "entry", "entries")) from before" : nil
        }
    }
}
