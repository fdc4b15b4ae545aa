import ArgumentParser
import Caracal
import Postgres
import Redis
import Rendering
import Text

/// `caracalctl outbox ls`
struct OutboxLsCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List rows that are not published, oldest first. [reads]",
        discussion: """
            NEXT is when a dispatcher may take the row: -, now; in 20s, later; never, for a dead row. In csv it is in seconds, \
            0 for now. The Coordinator keeps no errors, and nothing in its rows tells whether a dispatcher has one in hand. \
            --where looks into the message as it will be published.

              caracalctl outbox ls
              caracalctl outbox ls --dead --outbox coordinator -n 100
              caracalctl outbox ls --stream sessions.revoke --where session_id=s-9
            """
    )

    @Flag(help: "Only rows that were given up.")
    var dead = false

    @Flag(help: "Only rows that are to be tried again later.")
    var retrying = false

    @Flag(help: "Only rows that a dispatcher of the API has locked, or had when it died.")
    var locked = false

    @Flag(help: "Only rows that are not dead.")
    var waiting = false

    @OptionGroup var choice: OutboxChoice

    @OptionGroup var rows: OutboxRowOptions

    @Option(name: .long, help: .condition("rows"))
    var `where`: [String] = []

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("List at most this many (default: 20).", valueName: "count")
    )
    var limit: String?

    @Flag(help: "Accept stream names that are not in the provisioning table.")
    var anyStream = false

    func validate() throws {
        let kinds = [("--dead", dead), ("--retrying", retrying), ("--locked", locked), ("--waiting", waiting)]
        let given = kinds.filter(\.1).map(\.0)
        if given.count > 1 { throw ValidationError("\(given.joined(separator: " and ")) exclude each other: give one") }
        if locked, choice.tables == [.coordinator] {
            throw ValidationError("--locked lists rows of the API: nothing in the Coordinator's tells who has them")
        }
        _ = try OptionText.count(limit, "--limit")
        _ = try WhereText.selector(`where`)
        _ = try times()
    }

    var tableColumns: [Column]? { OutboxListPresentation.columns }

    func run(in session: Session) throws -> ExitStatus {
        let selector = try WhereText.selector(`where`)
        let list = OutboxList(
            try filter(),
            selector: selector,
            limit: Int(clamping: try OptionText.count(limit, "--limit") ?? 20),
            hasPayloads: [.json, .ndjson].contains(session.output.format.value)
        )
        let database = try session.database()
        let report = try list.run(on: database)
        let tables = OutboxTable.allCases.filter(list.filter.applies)
        try OutboxProblem.requireOne(report.problems, of: tables, at: database.target)
        let findings = findings(report)
        try session.present(
            OutboxListPresentation(
                report: report,
                server: DatabasePresentation(database),
                findings: findings,
                isQuiet: session.output.isQuiet.value
            )
        )
        session.say(findings)
        return OutboxProblem.status(report.problems)
    }

    private func filter() throws -> OutboxFilter {
        let kind: OutboxFilter.Kind =
            dead
            ? .state(.dead)
            : retrying ? .state(.retrying) : locked ? .locked : waiting ? .state(.waiting) : .unpublished
        let times = try times()
        return OutboxFilter(
            kind,
            tables: choice.tables,
            streams: try rows.streams.resolve(allowsAny: anyStream),
            since: times.since,
            until: times.until
        )
    }

    private func times() throws -> (since: UInt64?, until: UInt64?) {
        try rows.times(otherwise: "nothing would be listed")
    }

    private func findings(_ report: OutboxList.Report) -> [Finding] {
        var findings = report.problems.map(\.finding)
        if report.unreadable > 0 {
            let rows = Format.count(report.unreadable, "row")
            findings.append(
                Finding(.unreadableJSON, .warning, "the message of \(rows) cannot be read: --where leaves it out")
            )
        }
        if report.isCutShort { findings.append(Finding(.more, .note, "stopped at --limit; more rows match")) }
        return findings
    }
}

/// How `outbox ls` shows rows.
struct OutboxListPresentation: Presentable {
    let report: OutboxList.Report
    let server: DatabasePresentation
    let findings: [Finding]
    /// Whether nothing is said where there are none.
    let isQuiet: Bool
    let at = WallClock.now

    static let columns = [
        Column("OUTBOX", priority: 5), .stream, Column("ID"), Column("AGE", .right, priority: 1), Column("STATE"),
        Column("TRIES", .right, priority: 3), Column("NEXT", .right, priority: 4),
        Column("WORKER", isFlexible: true, priority: 6), Column("", name: "LAST ERROR", priority: 2),
    ]

    func table(_ look: TerminalLook) -> ScreenText {
        guard let table = mainTable, !table.isEmpty else { return isQuiet ? "" : "no rows\n" }
        return table.render(look)
    }

    var mainTable: TextTable? { report.rows.reduce(into: TextTable(Self.columns)) { $0.append(row($1)) } }

    private func row(_ row: OutboxRow) -> [Cell] {
        [
            Cell(row.outbox.rawValue), Cell(DeadLetterWords.name(row.stream)), Cell(bytes: row.id),
            Cell(age: row.age(at: report.now)), Cell(row.stateWords, style: row.style),
            Cell(count: Int(clamping: row.attempts)), next(row), Cell(TerminalText(row.lockedBy ?? Array("-".utf8))),
            Cell(row.lastError.map { TerminalText($0) } ?? ""),
        ]
    }

    /// When a dispatcher may take it.
    private func next(_ row: OutboxRow) -> Cell {
        guard row.state != .published else { return "-" }
        // What has no time, no dispatcher takes.
        guard let time = row.nextAt, row.state != .dead else { return "never" }
        let wait = Int(clamping: time) - Int(clamping: report.now)
        guard wait > 0 else { return Cell("-", value: "0", rank: .number(0)) }
        return Cell(
            "\(Format.age(milliseconds: -wait))",
            value: Format.seconds(milliseconds: wait),
            rank: .number(Double(wait))
        )
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.outbox-ls/1",
            at: at,
            server: server.json,
            items: report.rows.map { .object($0.members(at: report.now)) },
            summary: ["rows": JSONValue(report.rows.count), "complete": .bool(!report.isCutShort)],
            warnings: findings.warnings
        )
    }
}

extension OutboxRow {
    /// How it stands, in words.
    var stateWords: TerminalText { isLockRunOut && state != .dead ? "\(state.words), lock ran out" : "\(state.words)" }

    var style: Style? {
        switch state {
        case .dead: .red
        case .retrying: .yellow
        case .waiting, .inHand, .published: isLockRunOut ? .yellow : nil
        }
    }

    /// When a dispatcher may take it, in Unix milliseconds; nil for never.
    var nextAt: UInt64? { availableAt.map { state == .inHand ? max($0, lockedUntil ?? 0) : $0 } }

    /// The row as members of JSON.
    ///
    /// - Parameter now: the clock of the database, in Unix milliseconds.
    func members(at now: UInt64) -> [JSONMember] {
        let time = { (time: UInt64?) in JSONValue(time.flatMap { Format.timestamp(milliseconds: $0) }) }
        return [
            JSONMember("outbox", .string(outbox.rawValue)), JSONMember("stream", .bytes(stream)),
            JSONMember("id", .bytes(id)), JSONMember("state", .string(state.rawValue)),
            JSONMember("attempts", .integer(attempts)), JSONMember("created_at", time(createdAt)),
            JSONMember("age_ms", JSONValue(age(at: now))), JSONMember("available_at", time(availableAt)),
            JSONMember("locked_until", time(lockedUntil)), JSONMember("locked_by", JSONValue(bytes: lockedBy)),
            JSONMember("lock_run_out", .bool(isLockRunOut)), JSONMember("last_error", JSONValue(bytes: lastError)),
            JSONMember("request_id", outbox == .api ? JSONValue(bytes: reference) : .null),
            JSONMember("dedupe_key", outbox == .coordinator ? JSONValue(bytes: reference) : .null),
            JSONMember("payload", compactPayload.map(JSONValue.document) ?? .null),
        ]
    }
}

extension JSONValue {
    /// JSON from the network, which is valid and has no white space between tokens.
    fileprivate static func document(_ json: [UInt8]) -> JSONValue {
        var writer = JSONWriter()
        writer.write(json: json, json.indices)
        return .written(writer.drain())
    }
}
