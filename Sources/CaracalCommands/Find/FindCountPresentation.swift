import Caracal
import Rendering
import Text

/// How `find --count-by` shows its counts.
struct FindCountPresentation: Presentable {
    /// The most frequent values.
    let groups: [ValueCounts.Group]
    /// How many values there are that were told apart.
    let distinct: Int
    /// Entries with values that were not told apart.
    let others: UInt64
    let report: SearchReport
    let server: ServerPresentation
    let findings: [Finding]
    let at = WallClock.now

    static let columns = [
        Column("VALUE", isFlexible: true, least: 24), Column("COUNT", .right), Column("SHARE", .right, priority: 1),
    ]

    func table(_ look: TerminalLook) -> ScreenText {
        mainTable.map { $0.isEmpty ? "" : $0.render(look) } ?? ""
    }

    var mainTable: TextTable? {
        groups.reduce(into: TextTable(Self.columns)) { table, group in
            table.append([
                group.value.map { Cell(bytes: $0) } ?? "-", Cell(count: group.count),
                Cell(group.count, of: report.matched),
            ])
        }
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.find-count/1",
            at: at,
            server: server.json,
            items: groups.map { ["value": JSONValue(bytes: $0.value), "count": JSONValue($0.count)] },
            summary: .object(
                [
                    JSONMember("found", JSONValue(report.matched)),
                    JSONMember("values", JSONValue(others > 0 ? nil : distinct)),
                    JSONMember("others", JSONValue(others)),
                ] + report.members
            ),
            warnings: findings.warnings
        )
    }
}
