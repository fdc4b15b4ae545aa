import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl consumer ls`, and `caracalctl consumer` alone
struct ConsumerLsCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the consumers of groups. [reads]",
        discussion: """
            Of a group with more consumers than are shown, those that hold entries come first. HELD is how long the entry \
            that a consumer has held longest was not delivered to anyone, LAST SEEN when something was heard of it. \
            caracalctl pending shows what they hold.

              caracalctl consumer ls
              caracalctl consumer ls audit.events audit-ingestor
            """
    )

    @Argument(help: .streamOrAll, completion: .streams)
    var stream: String?

    @Argument(help: ArgumentHelp("The group (default: all).", valueName: "group"))
    var group: String?

    @OptionGroup var list: ListOptions

    func validate() throws {
        try list.validate(stream)
    }

    var tableColumns: [Column]? { ConsumerListPresentation.columns }

    func run(in session: Session) throws -> ExitStatus {
        let streams = try stream.map { try StreamNames.resolve([$0], allowsAny: list.anyStream) }
        let connection = try session.connect()
        let groups = GroupList(
            streams: streams,
            group: group.map { Array($0.utf8) },
            claimIdle: try AuditSettings().claimIdle
        )
        let report = try groups.run(on: connection).orError(by: connection)
        let presentation = ConsumerListPresentation(
            report,
            ServerPresentation(connection),
            limit: try list.count(),
            isQuiet: session.output.isQuiet.value
        )
        try session.present(presentation)
        try session.say(report.findings + list.remark(presentation.total, "consumers"))
        return ExitStatus([], refusals: report.refusals)
    }
}

/// How `consumer ls` shows its consumers.
struct ConsumerListPresentation: Presentable {
    /// How many there are.
    let total: Int
    private let report: GroupList.Report
    private let server: ServerPresentation
    private let lines: [(group: GroupStanding, consumer: ConsumerStanding)]
    private let isQuiet: Bool
    private let at = WallClock.now

    /// - Parameters:
    ///   - limit: how many are listed at most.
    ///   - isQuiet: whether nothing is said of an empty list.
    init(_ report: GroupList.Report, _ server: ServerPresentation, limit: Int, isQuiet: Bool) {
        self.report = report
        self.isQuiet = isQuiet
        self.server = server
        total = report.groups.reduce(0) { $0 + ($1.consumers?.count ?? 0) }
        var lines: [(GroupStanding, ConsumerStanding)] = []
        for group in report.groups where lines.count < limit {
            lines += (group.foremostConsumers(limit - lines.count) ?? []).map { (group, $0) }
        }
        self.lines = lines
    }

    static let columns = [
        .stream, .group, Column("CONSUMER", isFlexible: true, least: 20), Column("STATE", priority: 1),
        Column("PENDING", .right), Column("HELD", .right, priority: 3), Column("LAST SEEN", .right, priority: 2),
    ]

    func table(_ look: TerminalLook) -> ScreenText {
        if let table = mainTable, !table.isEmpty { return table.render(look) }
        // What the server would not tell is not nothing.
        return isQuiet || !report.findings.isEmpty || !report.refusals.isEmpty ? "" : "no consumers\n"
    }

    var mainTable: TextTable? {
        lines.reduce(into: TextTable(Self.columns)) { table, line in
            let (group, consumer) = line
            let isTroubled = consumer.info.pending > 0 && [.gone, .stuck].contains(consumer.state)
            table.append([
                Cell(group.stream.shortName), Cell(name: group.name), Cell(name: consumer.info.name),
                Cell(consumer.state.rawValue, style: isTroubled ? .yellow : nil), Cell(count: consumer.info.pending),
                Cell(age: consumer.held), Cell(age: consumer.info.idle),
            ])
        }
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.consumer-ls/1",
            at: at,
            server: server.json,
            items: lines.map { group, consumer in
                .object(
                    [JSONMember("stream", .string(group.stream.name)), JSONMember("group", .bytes(group.name))]
                        + consumer.members
                )
            },
            summary: [
                "consumers": .unsigned(UInt64(total)), "not_listed": .unsigned(UInt64(total - lines.count)),
            ],
            warnings: report.findings.warnings
        )
    }
}
