import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl group ls`, and `caracalctl group` alone
struct GroupLsCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List consumer groups, those outside the table too. [reads]",
        discussion: """
            KIND is table for a group that its stream must have, host for one that a service adds for each of its hosts, \
            left over for such a group whose host is gone (group prune destroys it), and other. POSITION is the last entry \
            that the group was given. Streams outside the table are listed as far as a bounded look at the keys finds them.

              caracalctl group ls
              caracalctl group ls sessions.revoke -o json
              caracalctl group ls --sort lag
            """
    )

    @Argument(help: .streamOrAll, completion: .streams)
    var stream: String?

    @OptionGroup var list: ListOptions

    func validate() throws {
        try list.validate(stream)
    }

    var tableColumns: [Column]? { GroupListPresentation.columns }

    func run(in session: Session) throws -> ExitStatus {
        let streams = try stream.map { try StreamNames.resolve([$0], allowsAny: list.anyStream) }
        let connection = try session.connect()
        let groups = GroupList(streams: streams, claimIdle: try AuditSettings().claimIdle)
        let report = try groups.run(on: connection).orError(by: connection)
        try session.present(
            GroupListPresentation(
                report: report,
                server: ServerPresentation(connection),
                limit: try list.count(),
                isQuiet: session.output.isQuiet.value
            )
        )
        try session.say(report.findings + list.remark(report.groups.count, "groups"))
        return ExitStatus(report.findings.filter { $0.code == .wrongType }, refusals: report.refusals)
    }
}

/// How `group ls` shows its groups.
struct GroupListPresentation: Presentable {
    let report: GroupList.Report
    let server: ServerPresentation
    /// How many are listed at most.
    let limit: Int
    /// Whether nothing is said of an empty list.
    let isQuiet: Bool
    let at = WallClock.now

    static let columns = [
        .stream, .group, Column("KIND", priority: 1), Column("PENDING", .right), Column("LAG", .right),
        Column("CONSUMERS", .right, priority: 2), Column("LAST SEEN", .right, priority: 3),
        Column("POSITION", priority: 4),
    ]

    private var groups: ArraySlice<GroupStanding> { report.groups.prefix(limit) }

    func table(_ look: TerminalLook) -> ScreenText {
        if let table = mainTable, !table.isEmpty { return table.render(look) }
        // What the server would not tell is not nothing.
        return isQuiet || !report.findings.isEmpty || !report.refusals.isEmpty ? "" : "no groups\n"
    }

    var mainTable: TextTable? {
        groups.reduce(into: TextTable(Self.columns)) { $0.append(row($1)) }
    }

    private func row(_ group: GroupStanding) -> [Cell] {
        [
            Cell(group.stream.shortName), Cell(name: group.name),
            Cell(group.kind, style: group.isLeftOver ? .yellow : nil), Cell(count: group.info?.pending ?? 0),
            Cell(group.shownLag), Cell(count: group.info?.consumers ?? 0), Cell(age: group.silence),
            group.info.map { Cell($0.lastDeliveredID) } ?? "-",
        ]
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.group-ls/1",
            at: at,
            server: server.json,
            items: groups.map(json),
            summary: [
                "groups": .unsigned(UInt64(report.groups.count)),
                "left_over": .unsigned(UInt64(report.groups.count(where: \.isLeftOver))),
                "not_listed": .unsigned(UInt64(report.groups.count - groups.count)),
            ],
            warnings: report.findings.warnings
        )
    }

    private func json(_ group: GroupStanding) -> JSONValue {
        var members = [
            JSONMember("stream", .string(group.stream.name)), JSONMember("group", .bytes(group.name)),
            JSONMember("kind", .string(group.kind.split(separator: " ").joined(separator: "_"))),
            JSONMember("pending", JSONValue(group.info?.pending)),
        ]
        members.append("lag", group.shownLag)
        members += [
            JSONMember("consumers", JSONValue(group.info?.consumers)),
            JSONMember("last_seen_ms", JSONValue(group.silence)),
            JSONMember("last_delivered_id", JSONValue(group.info?.lastDeliveredID.description)),
            JSONMember("entries_read", JSONValue(group.info?.entriesRead)),
        ]
        return .object(members)
    }
}

extension GroupStanding {
    /// Whose it is, in a word or two.
    fileprivate var kind: String {
        if definition != nil { return "table" }
        if isLeftOver { return "left over" }
        return stream.knownGroupPrefixes.contains { name.starts(with: $0.utf8) } ? "host" : "other"
    }
}

/// The options of `group ls` and `consumer ls`.
struct ListOptions: ParsableArguments {
    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("Show at most this many (default: 100).", valueName: "count")
    )
    var limit: String?

    @Flag(help: "Show all.")
    var all = false

    @Flag(help: "Accept a stream name that is not in the provisioning table.")
    var anyStream = false

    /// Refuses what makes no sense, and what is no stream of the table: a mistyped subcommand looks like one, and is suggested while
    /// the command line is read.
    func validate(_ stream: String?) throws {
        if let stream {
            do throws(CommandError) { _ = try StreamNames.resolve(stream, allowsAny: anyStream) } catch {
                throw ValidationError("\(error.message)")
            }
        }
        _ = try count()
    }

    /// How many lines are listed at most.
    func count() throws -> Int {
        if all, limit != nil { throw ValidationError("--all and --limit exclude each other: give one") }
        let given = try OptionText.count(limit, "--limit")
        return all ? .max : Int(clamping: given ?? 100)
    }

    /// That there is more.
    func remark(_ total: Int, _ what: String) throws -> [Finding] {
        let count = try count()
        guard total > count else { return [] }
        return [Finding(.more, .note, "\(Format.grouped(total - count)) more \(what) are not listed (--all)")]
    }
}

extension Result where Failure == StreamProblem {
    /// The success; a problem ends the command.
    func orError(by connection: any CommandChannel) throws -> Success {
        switch self {
        case .success(let value): value
        case .failure(let problem): throw CommandError(problem, by: connection.endpoint.description)
        }
    }
}
