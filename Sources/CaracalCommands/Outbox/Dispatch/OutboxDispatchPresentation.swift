import Caracal
import Rendering
import Text

/// How `outbox dispatch` shows what it did, or would do.
struct OutboxDispatchPresentation: Presentable {
    let report: DispatchReport
    let server: DatabasePresentation
    let findings: [Finding]
    /// Whether it is only shown what would be done.
    let isPreview: Bool
    /// Whether only streams are shown of which something was not published.
    let problemsOnly: Bool
    let at = WallClock.now

    static let columns = [
        Column("OUTBOX"), .stream, Column("DUE", .right), Column("PUBLISHED", .right), Column("FAILED", .right),
        Column("DEAD", .right, priority: 2), Column("MAXLEN", .right, priority: 3),
        Column("", name: "REASON", priority: 1),
    ]

    func table(_ look: TerminalLook) -> ScreenText { mainTable.map { $0.isEmpty ? "" : $0.render(look) } ?? "" }

    var mainTable: TextTable? {
        let lines = report.lines.filter { !problemsOnly || $0.failed > 0 || $0.problem != nil }
        return lines.reduce(into: TextTable(Self.columns)) { $0.append(row($1)) }
    }

    private func row(_ line: DispatchReport.Line) -> [Cell] {
        [
            Cell(line.outbox.rawValue), Cell(TerminalText(line.stream.shortName)),
            Cell(count: line.waiting.map { Int(clamping: $0) }),
            isPreview ? "-" : count(line.published),
            isPreview && line.failed == 0 ? "-" : count(line.failed, isBad: true),
            isPreview ? "-" : count(line.dead, isBad: true), count(line.maxLength), Cell(reason(line) ?? ""),
        ]
    }

    private func count(_ number: UInt64, isBad: Bool = false) -> Cell {
        Cell(count: Int(clamping: number), style: isBad && number > 0 ? .red : nil)
    }

    /// Why rows were not published, or would not be.
    private func reason(_ line: DispatchReport.Line) -> TerminalText? {
        line.problem?.text ?? line.failures.text
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.outbox-dispatch/1",
            at: at,
            server: server.json,
            items: report.lines.map(json),
            summary: [
                "waiting": JSONValue(report.waiting), "published": outcome(report.sum(\.published)),
                "failed": outcome(report.sum(\.failed)), "dead": outcome(report.sum(\.dead)),
                "in_doubt": outcome(report.sum(\.doubtful)), "not_marked": outcome(report.sum(\.unmarked)),
            ],
            warnings: findings.warnings
        )
    }

    private func json(_ line: DispatchReport.Line) -> JSONValue {
        [
            "outbox": .string(line.outbox.rawValue), "stream": .string(line.stream.name),
            "waiting": JSONValue(line.waiting), "published": outcome(line.published), "failed": outcome(line.failed),
            "dead": outcome(line.dead), "in_doubt": outcome(line.doubtful), "not_marked": outcome(line.unmarked),
            "maxlen": JSONValue(line.maxLength), "reason": JSONValue(reason(line)),
        ]
    }

    /// What came to be; not known before.
    private func outcome(_ count: UInt64) -> JSONValue { isPreview ? .null : JSONValue(count) }
}
