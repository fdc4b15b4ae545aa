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
        /// The commands that would be sent, as they can be pasted into redis-cli.
        case commands
    }

    let report: ProvisionReport
    /// What an operator should know, how it ended included.
    let findings: [Finding]
    let server: ServerPresentation
    let shows: Content
    let at = WallClock.now

    func table(_ look: TerminalLook) -> String {
        if shows == .commands {
            return report.items.compactMap { $0.step?.command.description }.map { $0 + "\n" }.joined()
        }
        var table = TextTable([
            Column("STREAM", isFlexible: true), Column("GROUP"), Column("RESULT"), Column("START"), Column(""),
        ])
        for item in report.items where shows == .everything || isProblem(item) { table.append(row(item)) }
        return table.isEmpty ? "" : table.render(look)
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

    private func isProblem(_ item: ProvisionItem) -> Bool {
        item.result == .missing || item.result == .refused
    }

    private func row(_ item: ProvisionItem) -> [Cell] {
        [
            Cell(item.stream.shortName), Cell(item.group?.name ?? "-"),
            Cell(item.result.rawValue, style: style(item.result)),
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
        if shows == .commands { members.append(JSONMember("command", JSONValue(item.step?.command.description))) }
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
