import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl dlq ls`
struct DLQLsCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List dead letters, oldest first. [reads]",
        discussion: """
              caracalctl dlq ls --stream audit.events --limit 100
              caracalctl dlq ls --reason hmac_verify_failed --since 24h
              caracalctl dlq ls --newest
            """
    )

    @OptionGroup var choice: DeadLetterOptions

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("List at most this many (default: 20).", valueName: "count")
    )
    var limit: String?

    @Flag(help: "List the newest first, of all streams together.")
    var newest = false

    func validate() throws {
        _ = try OptionText.count(limit, "--limit")
    }

    var tableColumns: [Column]? { DLQListPresentation.columns }

    func run(in session: Session) throws -> ExitStatus {
        let limit = Int(clamping: try OptionText.count(limit, "--limit") ?? 20)
        let list = DeadLetterList(selection: try choice.selection(), limit: limit, isNewestFirst: newest)
        var judge = try DeadLetterJudge(keys: try DeadLetterKeys.load(session))
        let connection = try session.connect()
        let report = try list.run(on: connection, &judge, clock: WallClock.unsigned)
        let findings = report.findings
        try session.present(
            DLQListPresentation(
                report: report,
                findings: findings,
                server: ServerPresentation(connection),
                problemsOnly: session.output.isQuiet.value
            )
        )
        if report.hasMore {
            session.say([Finding(.more, .note, "there are more (--limit \(limit * 10), or caracalctl dlq export)")])
        }
        session.say(findings)
        return ExitStatus(findings, refusals: report.refusals.map(\.refusal))
    }
}

/// How `dlq ls` shows its list.
struct DLQListPresentation: Presentable {
    let report: DeadLetterList.Report
    let findings: [Finding]
    let server: ServerPresentation
    /// Whether nothing is said when there is nothing.
    let problemsOnly: Bool
    let at = WallClock.now

    static let columns = [
        .stream, Column("ID"), Column("AGE", .right, priority: 1), Column("REASON", isFlexible: true, least: 24),
        Column("RECEIVED", .right, priority: 5), Column("SOURCE ID", priority: 4), Column("SIGNATURE", priority: 2),
        Column("REPLAY", priority: 3),
    ]

    func table(_ look: TerminalLook) -> ScreenText {
        if let table = mainTable, !table.isEmpty { return table.render(look) }
        guard report.refusals.isEmpty, report.wrongTypes.isEmpty, !problemsOnly else { return "" }
        return DeadLetterWords.none(report.unmatched)
    }

    var mainTable: TextTable? {
        report.items.reduce(into: TextTable(Self.columns)) { $0.append(row($1)) }
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.dlq-ls/1",
            at: at,
            server: server.json,
            items: report.items.map { .object($0.members) },
            summary: ["listed": .integer(Int64(report.items.count)), "more": .bool(report.hasMore)],
            warnings: findings.warnings
        )
    }

    private func row(_ item: DeadLetterList.Item) -> [Cell] {
        let signature = DeadLetterWords.signature(item.letter)
        let age = Int(clamping: report.now) - Int(clamping: item.id.milliseconds)
        let received = item.letter.head.receivedAt.map { Int(clamping: report.now) - Int(clamping: $0) }
        return [
            Cell(DeadLetterWords.name(item.stream)), Cell(item.id), Cell(age: age), Cell(bytes: item.reason ?? []),
            received.map { Cell(age: $0) } ?? "-", item.letter.head.sourceID.map { Cell($0) } ?? "-",
            Cell(signature ?? "malformed", style: signature == "valid" || signature == "unsigned" ? nil : .red),
            Cell(DeadLetterWords.replay(item.problem)),
        ]
    }
}

extension DeadLetterList.Report {
    /// The streams that the server would not let be read, and whose clock ages are by. All items are sorted for it.
    fileprivate var findings: [Finding] {
        refusals.map { stream, refusal in Finding(.refused, .failure, "\(stream): \(refusal.text)") }
            + items.keyDoubts + wrongTypes + Finding.unknownTime(timeRefusal, "ages are by the clock of this machine")
            + (unmatched.map { [$0.finding] } ?? [])
    }
}

extension DeadLetterList.Item {
    /// A dead letter as it stands in every JSON output.
    var members: [JSONMember] {
        var contents = EntryJSON()
        return [
            JSONMember("stream", .bytes(stream)), JSONMember("id", .string("\(id)")),
            JSONMember("shape", .string(letter.head.shape.rawValue)), JSONMember("reason", JSONValue(bytes: reason)),
            JSONMember("received_at", JSONValue(letter.head.receivedAt)),
            JSONMember("source_id", JSONValue(letter.head.sourceID?.description)),
            JSONMember("signature", JSONValue(DeadLetterWords.signature(letter))),
            JSONMember("replayable", .bool(problem == nil)), JSONMember("obstacle", JSONValue(problem?.code)),
            JSONMember("why", JSONValue(problem?.text)),
        ] + contents.members(fields, holding: restored)
    }
}
