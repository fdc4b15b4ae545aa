import ArgumentParser
import Caracal
import Postgres
import Redis
import Rendering
import Text

/// `caracalctl outbox reconcile`
struct OutboxReconcileCommand: BusCommand {
    static let effect = Effect.writes
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Compare published rows with the entries of the streams. [reads; --requeue: writes]",
        discussion: """
            Reads the rows that were published, then the streams, then looks once more for what is missing. Shows what is not \
            as it should be: lost (published, and in no stream or dead letter; ends with status 1), duplicate (two entries of \
            one row), unknown (not there, and perhaps trimmed or deleted), orphan (an entry whose outbox_id has no row: the row \
            was cleaned up, or it was published past the outbox). A row that a dispatcher has yet to publish is nothing.

            --since reads only rows made from then on, and their time of the streams. --requeue returns the lost rows that are \
            listed to waiting, after the plan; the services' dispatchers publish them again under their own ids.

              caracalctl outbox reconcile --since 2h
              caracalctl outbox reconcile --stream sessions.revoke -n 100
              caracalctl outbox reconcile --since 2h --requeue --dry-run
            """
    )

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Only rows for this stream; repeatable.", valueName: "stream"),
        completion: .streams
    )
    var stream: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Only rows made at this time or later (default: all).", valueName: "time")
    )
    var since: String?

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("List, and requeue, at most this many of each kind (default: 1000).", valueName: "count")
    )
    var limit: String?

    @Flag(help: "Return the lost rows that are listed to waiting.")
    var requeue = false

    @OptionGroup var change: ChangeOptions

    var isPreview: Bool { !requeue || change.dryRun }

    func validate() throws {
        _ = try OptionText.count(limit, "--limit")
        _ = try OptionText.place(since, "--since")
        if !requeue, let option = [("--dry-run", change.dryRun), ("--yes", change.yes)].first(where: \.1)?.0 {
            throw ValidationError("\(option) goes with --requeue: without it nothing is changed")
        }
    }

    var tableColumns: [Column]? { requeue ? OutboxChangePresentation.columns : ReconcilePresentation.columns }

    func run(in session: Session) throws -> ExitStatus {
        let reconcile = OutboxReconcile(
            streams: try OutboxStreams.resolve(stream, allowsAny: change.anyStream),
            since: try OptionText.place(since, "--since").flatMap {
                $0 == .start ? nil : $0.first(now: WallClock.unsigned).milliseconds
            },
            limit: Int(clamping: try OptionText.count(limit, "--limit") ?? 1_000)
        )
        if requeue, !change.dryRun { try Confirmation(isGiven: change.yes).requireSomebodyToAsk() }
        Interruption.catchSignals()
        let database = try session.database(isLooking: isPreview)
        let report = try compare(reconcile, database, session)
        let findings = report.findings
        guard requeue else {
            try session.present(
                ReconcilePresentation(
                    report: report,
                    server: DatabasePresentation(database),
                    findings: findings,
                    isQuiet: session.output.isQuiet.value
                )
            )
            session.say(findings)
            if let failure = Failure(report.ending) { throw failure }
            return status(of: report)
        }
        session.say(findings)
        if let failure = Failure(report.ending) { throw failure }
        return try OutboxChangeRun(
            session: session,
            options: change,
            words: .requeue(areNamed: false),
            tables: OutboxTable.allCases
        ).run(
            plan: { _ throws(PostgresError) in report.requeue },
            statements: OutboxRequeue(.ids([])).statements,
            apply: { OutboxRequeue(.ids([])).apply($0, on: $1, afterBatch: $2) },
            nothing: { _ throws(PostgresError) in "nothing is lost" }
        )
    }

    private func compare(
        _ reconcile: OutboxReconcile,
        _ database: PostgresConnection,
        _ session: Session
    ) throws -> ReconcileReport {
        let keys = try DeadLetterKeys.load(session)
        let judge =
            keys.fields == nil && keys.audit == nil
            ? nil : try EntryJudge(keys: keys, rules: SignatureRules(session.source))
        let channel = session.reconnecting(try session.connect()) { successor in
            session.say(.warning, code: .reconnected, "connection lost: connected to \(successor.place) again")
        }
        let progress = Progress(session)
        let report = try reconcile.run(on: database, channel, judge: judge) { page in
            progress.show(page.subject, done: page.done, of: nil)
        }
        progress.clear()
        try OutboxLack.requireOne(report.lacks, at: database.target)
        return report
    }

    private func status(of report: ReconcileReport) -> ExitStatus {
        if report.count(.lost) > 0 { return .finding }
        let status = ExitStatus([], refusals: report.unread.map(\.refusal))
        return status == .success ? OutboxLack.status(report.lacks) : status
    }
}

extension Failure {
    /// Why a comparison is not whole; nil when it is.
    fileprivate init?(_ ending: ReconcileReport.Ending) {
        let rest = "the rest was not compared"
        switch ending {
        case .complete: return nil
        case .interrupted(let signal): self.init(ExitStatus(signal: signal), "interrupted: \(rest)")
        case .lost(let error):
            let failure = Failure(error)
            self.init(failure.status, "\(failure.message); \(rest)")
        case .databaseFailed(let error):
            let failure = Failure(error)
            self.init(failure.status, "\(failure.message); \(rest)")
        }
    }
}

extension ReconcileReport {
    /// What an operator should know beside the list.
    fileprivate var findings: [Finding] {
        var findings = lacks.map(\.finding)
        findings += unread.map {
            Finding(.refused, .failure, stream: $0.stream.readable, "\($0.stream): \($0.refusal.text)")
        }
        if let clockLead, abs(clockLead) >= Self.noteworthyLead {
            let (fast, slow) = clockLead > 0 ? ("Redis", "the database") : ("the database", "Redis")
            let lead = Format.duration(milliseconds: abs(clockLead))
            findings.append(
                Finding(
                    .clockDiffers,
                    .warning,
                    "the clock of \(fast) is \(lead) ahead of that of \(slow): reckoned with"
                )
            )
        }
        let listed = Dictionary(grouping: items, by: \.status).mapValues { UInt64($0.count) }
        let hidden = ReconcileStatus.allCases.filter { count($0) > listed[$0] ?? 0 }
        if !hidden.isEmpty {
            let parts = hidden.map { "\(Format.grouped(UInt(clamping: count($0) - (listed[$0] ?? 0)))) \($0.rawValue)" }
            findings.append(
                Finding(.more, .note, "not listed: \(parts.joined(separator: ", ")) more (--limit lists more)")
            )
        }
        if unsettled > 0 {
            let rows = Format.count(unsettled, "row")
            findings.append(
                Finding(
                    .more,
                    .warning,
                    "the entries of \(rows) were not where they should be, and were not looked for elsewhere"
                )
            )
        }
        return findings
    }

    /// From this difference of the clocks on, in milliseconds, it is worth a word.
    private static let noteworthyLead = 5_000
}

/// How `outbox reconcile` shows what is not as it should be.
struct ReconcilePresentation: Presentable {
    let report: ReconcileReport
    let server: DatabasePresentation
    let findings: [Finding]
    /// Whether nothing is said where all is well.
    let isQuiet: Bool
    let at = WallClock.now

    static let columns = [
        Column("OUTBOX", priority: 5), .stream, Column("ID"), Column("STATUS"), Column("AGE", .right, priority: 3),
        Column("PUBLISHED", .right, priority: 4), Column("ENTRIES", priority: 2),
        Column("", name: "EVIDENCE", priority: 1),
    ]

    func table(_ look: TerminalLook) -> String {
        let table = mainTable.map { $0.isEmpty ? "" : $0.render(look) } ?? ""
        return isQuiet ? table : table + summary + "\n"
    }

    var mainTable: TextTable? { report.items.reduce(into: TextTable(Self.columns)) { $0.append(row($1)) } }

    private func row(_ item: ReconcileReport.Item) -> [Cell] {
        let style: Style? =
            switch item.status {
            case .lost: .red
            case .duplicate, .unknown, .orphan: .yellow
            }
        let entries = item.entryIDs.map(\.description).joined(separator: " ")
        return [
            item.outbox.map { Cell($0.rawValue) } ?? "-", Cell(DeadLetterWords.name(item.stream)), Cell(bytes: item.id),
            Cell(item.status.rawValue, style: style), Cell(age: age(item.createdAt)), Cell(age: age(item.publishedAt)),
            entries.isEmpty ? "-" : Cell(entries), Cell(item.evidence),
        ]
    }

    private func age(_ time: UInt64?) -> Int? { time.map { Int(clamping: report.now) - Int(clamping: $0) } }

    private var summary: String {
        var parts = ["\(Format.grouped(UInt(clamping: report.present))) present"]
        for status in ReconcileStatus.allCases where report.count(status) > 0 {
            parts.append("\(Format.grouped(UInt(clamping: report.count(status)))) \(status.rawValue)")
        }
        return "\(Format.count(report.checked, "row")) compared: \(parts.joined(separator: ", "))"
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.outbox-reconcile/1",
            at: at,
            server: server.json,
            items: report.items.map(json),
            summary: [
                "checked": .unsigned(report.checked), "present": .unsigned(report.present),
                "lost": .unsigned(report.count(.lost)), "duplicate": .unsigned(report.count(.duplicate)),
                "unknown": .unsigned(report.count(.unknown)), "orphan": .unsigned(report.count(.orphan)),
                "entries": .unsigned(report.entries), "unsettled": .unsigned(report.unsettled),
                "clock_lead_ms": JSONValue(report.clockLead), "complete": .bool(report.ending == .complete),
            ],
            warnings: findings.warnings
        )
    }

    private func json(_ item: ReconcileReport.Item) -> JSONValue {
        let time = { (time: UInt64?) in JSONValue(time.flatMap { Format.timestamp(milliseconds: $0) }) }
        return [
            "outbox": JSONValue(item.outbox?.rawValue), "stream": .bytes(item.stream), "id": .bytes(item.id),
            "status": .string(item.status.rawValue), "created_at": time(item.createdAt),
            "published_at": time(item.publishedAt),
            "entry_ids": .array(item.entryIDs.map { .string($0.description) }), "evidence": JSONValue(item.evidence),
        ]
    }
}
