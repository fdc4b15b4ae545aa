import Caracal
import Redis
import Rendering
import Text

/// How `xlen` shows its report.
struct LengthsPresentation: Presentable {
    let report: LengthsReport
    let server: ServerPresentation
    /// Whether streams that are in order are left out of the table.
    let problemsOnly: Bool
    let at = WallClock.now

    func table(_ look: TerminalLook) -> String {
        var table = TextTable([
            Column("STREAM", isFlexible: true), Column("LENGTH", .right), Column("BOUND", .right),
            Column("FILL", .right),
            Column("OLDEST", .right), Column("NEWEST", .right), Column("GROUPS", .right),
        ])
        for stream in report.streams where !problemsOnly || hasProblem(stream) { table.append(row(stream)) }
        return table.isEmpty ? "" : table.render(look)
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.xlen/1",
            at: at,
            server: server.json,
            items: report.streams.map(item),
            summary: [
                "streams": .integer(Int64(report.streams.count)),
                "missing": .integer(Int64(report.streams.count { $0.state == .missing })),
                "entries": total,
            ],
            warnings: report.findings.warnings
        )
    }

    /// Unknown as soon as one stream's length is: a sum that leaves something out would be too small.
    private var total: JSONValue {
        let known = report.streams.filter { $0.state != .missing }.map { $0.state.info?.length }
        guard !known.contains(nil) else { return .null }
        return .unsigned(known.reduce(0) { $0.saturatingAdd($1 ?? 0) })
    }

    private func hasProblem(_ stream: ObservedStream) -> Bool {
        report.findings.contains { $0.stream == stream.definition.name }
    }

    private func row(_ stream: ObservedStream) -> [Cell] {
        let name = Cell(stream.definition.shortName)
        guard let info = stream.state.info else { return [name, Cell(stream.state.problem ?? "", style: .red)] }
        let bound = stream.definition.bound
        let fill = bound.flatMap { Format.percentage(Int(clamping: info.length), of: Int(clamping: $0)) }
        return [
            name, Cell(count: Int(clamping: info.length)),
            Cell(bound.map { Format.grouped(Int(clamping: $0)) } ?? "-"),
            Cell(fill ?? "-", style: hasProblem(stream) ? .red : nil),
            age(stream, info.firstID), age(stream, info.lastID), Cell(count: Int(clamping: info.groups)),
        ]
    }

    private func age(_ stream: ObservedStream, _ id: EntryID?) -> Cell {
        Cell(id?.age(at: report.now).map { Format.age(milliseconds: Int(clamping: $0)) } ?? "-")
    }

    private func item(_ stream: ObservedStream) -> JSONValue {
        let info = stream.state.info
        return [
            "stream": .string(stream.definition.name), "exists": JSONValue(stream.state.exists),
            "length": JSONValue(info?.length), "bound": JSONValue(stream.definition.bound),
            "fill": JSONValue(stream.fill), "first_id": JSONValue(info?.firstID?.description),
            "last_id": JSONValue(info?.lastID?.description), "groups": JSONValue(info?.groups),
        ]
    }
}
