import ArgumentParser
import Caracal
import Postgres
import Redis
import Rendering
import Text

/// `caracalctl outbox status`, and `caracalctl outbox` alone
struct OutboxStatusCommand: BusCommand {
    static let effect = Effect.reads
    static let hasMetrics = true
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Count the rows that wait, are retried, dead or published. [reads]",
        discussion: """
            WAITING counts the rows that are to be published; RETRYING those of them that are to be tried again later, IN HAND \
            those that a dispatcher of the API has locked. The Coordinator's dispatcher holds row locks, which nobody sees. \
            DEAD rows are taken by no dispatcher until they are requeued. PUBLISHED/H counts the rows published within an hour.

            Of a table above 8 MiB only indexes are read, however many rows were published. PUBLISHED/H is then a least amount (≥): no \
            index finds a row that was requeued, or had waited for more than an hour, before it was published. If one of the \
            tables is missing or not permitted, the other is shown (77 for one that is not permitted).

            --emit-grants prints the least rights with which a role of the database can look (observer), or also requeue, unlock \
            and dispatch (operator).

              caracalctl outbox
              caracalctl outbox --outbox coordinator --stream sessions.revoke
              caracalctl outbox -o json
              caracalctl outbox --emit-grants operator | psql "$DATABASE_URL"
            """
    )

    @OptionGroup var choice: OutboxChoice

    @OptionGroup var streams: OutboxStreamOption

    @Flag(help: "Accept stream names that are not in the provisioning table.")
    var anyStream = false

    @Option(
        help: ArgumentHelp(
            "Print the SQL that gives a role its rights, without asking a server: observer or operator.",
            valueName: "role"
        ),
        completion: .list(OutboxRole.allCases.map(\.rawValue))
    )
    var emitGrants: String?

    var tableColumns: [Column]? { emitGrants != nil ? nil : OutboxStatusPresentation.columns }

    func validate() throws {
        guard let emitGrants else { return }
        guard OutboxRole(rawValue: emitGrants) != nil else {
            throw ValidationError("--emit-grants is observer or operator")
        }
        if !streams.stream.isEmpty { throw ValidationError("--emit-grants only prints: it goes with no --stream") }
        if choice.outbox != nil { throw ValidationError("--emit-grants only prints: it goes with no --outbox") }
    }

    func run(in session: Session) throws -> ExitStatus {
        if let role = emitGrants.flatMap(OutboxRole.init) {
            let grants = OutboxGrantsPresentation(role: role)
            try session.present(grants)
            session.say(grants.advice)
            return .success
        }
        let status = OutboxStatus(
            streams: try streams.resolve(allowsAny: anyStream),
            tables: choice.tables
        )
        let database = try session.database()
        let report = try status.run(on: database)
        try OutboxProblem.requireOne(report.problems, of: choice.tables, at: database.target)
        let findings = report.problems.map(\.finding)
        try session.present(
            OutboxStatusPresentation(
                report: report,
                tables: choice.tables,
                server: DatabasePresentation(database),
                findings: findings,
                problemsOnly: session.output.isQuiet.value
            )
        )
        session.say(findings)
        return OutboxProblem.status(report.problems)
    }
}

/// How `outbox` shows its counts.
struct OutboxStatusPresentation: Presentable {
    let report: OutboxStatus.Report
    /// The tables that were to be looked at.
    let tables: [OutboxTable]
    let server: DatabasePresentation
    let findings: [Finding]
    /// Whether only streams are shown that have dead rows, or rows whose lock ran out.
    let problemsOnly: Bool
    let at = WallClock.now

    static let columns = [
        Column("OUTBOX"), .stream, Column("WAITING", .right), Column("OLDEST", .right),
        Column("RETRYING", .right, priority: 2), Column("IN HAND", .right, priority: 3), Column("DEAD", .right),
        Column("PUBLISHED/H", .right, priority: 1),
    ]

    func table(_ look: TerminalLook) -> ScreenText { mainTable.map { $0.isEmpty ? "" : $0.render(look) } ?? "" }

    var mainTable: TextTable? {
        let lines = report.lines.filter { !problemsOnly || $0.dead > 0 || ($0.lockRunOut ?? 0) > 0 }
        return lines.reduce(into: TextTable(Self.columns)) { $0.append(row($1)) }
    }

    private func row(_ line: OutboxStatus.Line) -> [Cell] {
        [
            Cell(line.outbox.rawValue), Cell(DeadLetterWords.name(line.stream)), Cell(count: line.waiting),
            Cell(age: report.oldestAge(line)), Cell(count: line.retrying, style: line.retrying > 0 ? .yellow : nil),
            line.inHand.map { Cell(count: $0) } ?? "-", Cell(count: line.dead, style: line.dead > 0 ? .red : nil),
            Cell(line.publishedLastHour),
        ]
    }

    var envelope: Envelope {
        let sum = { (figure: (OutboxStatus.Line) -> UInt64) in
            JSONValue.unsigned(report.lines.reduce(0) { $0.saturatingAdd(figure($1)) })
        }
        var summary: [JSONMember] = [
            JSONMember("waiting", sum(\.waiting)), JSONMember("retrying", sum(\.retrying)),
            JSONMember("dead", sum(\.dead)),
        ]
        summary.append("published_last_hour", published)
        let states = tables.map { table in
            [
                "outbox": .string(table.rawValue), "table": .string(table.name),
                "state": .string(report.problems.first { $0.outbox == table }?.reason.name ?? "present"),
            ] as JSONValue
        }
        return Envelope(
            schema: "caracalctl.outbox/1",
            at: at,
            server: server.json,
            items: report.lines.map(json),
            summary: .object(summary + [JSONMember("tables", .array(states))]),
            warnings: findings.warnings
        )
    }

    /// How many rows were published in all.
    private var published: Quantity {
        let count = report.lines.reduce(UInt64(0)) { $0.saturatingAdd($1.publishedLastHour.value ?? 0) }
        return report.lines.contains { $0.publishedLastHour.quality != "exact" } ? .atLeast(count) : .exact(count)
    }

    private func json(_ line: OutboxStatus.Line) -> JSONValue {
        var members: [JSONMember] = [
            JSONMember("outbox", .string(line.outbox.rawValue)), JSONMember("stream", .bytes(line.stream)),
            JSONMember("waiting", .unsigned(line.waiting)), JSONMember("retrying", .unsigned(line.retrying)),
            JSONMember("in_hand", JSONValue(line.inHand)), JSONMember("dead", .unsigned(line.dead)),
            JSONMember("oldest_waiting_ms", JSONValue(report.oldestAge(line))),
        ]
        members.append("published_last_hour", line.publishedLastHour)
        return .object(members + [JSONMember("lock_run_out", JSONValue(line.lockRunOut))])
    }

    var metrics: [MetricFamily]? { OutboxMetrics(report).families }
}

extension OutboxProblem.Reason {
    /// In a word, as JSON has it.
    fileprivate var name: String {
        switch self {
        case .missing: "missing"
        case .notPermitted: "not_permitted"
        case .otherShape: "other_shape"
        }
    }
}

/// `caracalctl outbox`
struct OutboxCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox",
        abstract: "Show and manage the outbox tables in Postgres. [reads; requeue, unlock and dispatch: writes]",
        discussion: """
            Every message of the bus begins as a row in Postgres: event_outbox of the API, caracal_outbox of the Coordinator. \
            The service's dispatcher publishes it from there. Without a subcommand, outbox counts the rows of each stream. \
            The database is named by DATABASE_URL or DATABASE_URL_FILE.

              caracalctl outbox
              caracalctl outbox ls --dead
              caracalctl outbox show 019b8414-9f07-7d6e-8d35-c5a5f5c6c6a1
              caracalctl outbox requeue --dead --dry-run
              caracalctl outbox reconcile --since 2h
            """,
        subcommands: [
            OutboxStatusCommand.self, OutboxLsCommand.self, OutboxShowCommand.self, OutboxRequeueCommand.self,
            OutboxUnlockCommand.self, OutboxReconcileCommand.self, OutboxDispatchCommand.self,
        ],
        defaultSubcommand: OutboxStatusCommand.self
    )
}
