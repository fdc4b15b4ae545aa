import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl xlen`
struct XlenCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "xlen",
        _superCommandName: Caracalctl.name,
        abstract: "Show each stream's length and its bound. [reads]",
        discussion: """
            Needs one round trip for all streams. A missing stream, a key of another type, and a crossed --max-fill end with \
            status 1. Up to one node (100 entries) over the bound is normal: MAXLEN ~ trims whole nodes. --max-fill does \
            not judge streams with a smaller bound.

              caracalctl xlen
              caracalctl xlen audit.events --max-fill 90%
              caracalctl xlen sessions.revoke --raw
              caracalctl xlen --dead -o json
            """
    )

    @Argument(help: .streams, completion: .streams)
    var streams: [String] = []

    @Flag(help: "Also show the .dead streams that exist.")
    var dead = false

    @Option(help: ArgumentHelp("End with status 1 if a stream is at least this full.", valueName: "percent"))
    var maxFill: String?

    @Flag(help: "Accept stream names that are not in the provisioning table.")
    var anyStream = false

    @Flag(help: "Print only the number, of one stream.")
    var raw = false

    func validate() throws {
        _ = try OptionText.percentage(maxFill, "--max-fill")
        if raw, streams.count != 1 { throw ValidationError("--raw prints one number: name one stream") }
        if raw, dead { throw ValidationError("--raw prints one number: leave --dead out") }
    }

    var tableColumns: [Column]? { raw ? nil : LengthsPresentation.columns }

    func run(in session: Session) throws -> ExitStatus {
        let lengths = Lengths(
            streams: try StreamNames.resolve(streams, allowsAny: anyStream),
            includesDeadLetters: dead,
            maxFill: try OptionText.percentage(maxFill, "--max-fill").map { $0 / 100 }
        )
        let connection = try session.connect(asking: lengths.questions)
        let report = try lengths.run(on: connection)
        if raw {
            if let length = report.streams[0].state.info?.length { try session.stream.write("\(length)\n") }
        } else {
            let presentation = LengthsPresentation(
                report: report,
                server: ServerPresentation(connection),
                problemsOnly: session.output.isQuiet.value
            )
            try session.present(presentation)
        }
        session.say(report.findings)
        return ExitStatus(report.findings, refusals: report.streams.compactMap(\.state.refusal))
    }
}

/// How `xlen` shows its report.
struct LengthsPresentation: Presentable {
    let report: LengthsReport
    let server: ServerPresentation
    /// Whether streams that are in order are left out of the table.
    let problemsOnly: Bool
    let at = WallClock.now

    static let columns = [
        .stream, Column("LENGTH", .right), Column("BOUND", .right, priority: 2), Column("FILL", .right, priority: 1),
        Column("OLDEST", .right, priority: 3), Column("NEWEST", .right, priority: 4),
        Column("GROUPS", .right, priority: 5),
    ]

    func table(_ look: TerminalLook) -> ScreenText {
        mainTable.map { $0.isEmpty ? "" : $0.render(look) } ?? ""
    }

    var mainTable: TextTable? {
        var table = TextTable(Self.columns)
        for stream in report.streams where !problemsOnly || hasProblem(stream) { table.append(row(stream)) }
        return table
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
        return [
            name, Cell(count: info.length), bound.map { Cell(count: $0) } ?? "-",
            Cell(info.length, of: bound, style: hasProblem(stream) ? .red : nil),
            Cell(age: info.firstID?.elapsed(at: report.now)), Cell(age: info.lastID?.elapsed(at: report.now)),
            Cell(count: info.groups),
        ]
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
