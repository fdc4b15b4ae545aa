import Caracal
import Postgres
import Redis
import Rendering
import Text

/// `--resign`
extension PublishRun {
    /// Shows the entries that consumers skipped for their signature, asks, and publishes them again, signed anew.
    func resign(_ rules: PublishRules) throws -> ExitStatus {
        let consent = Confirmation(isGiven: options.yes || options.dryRun)
        try consent.requireSomebodyToAsk()
        if rules.signing == nil {
            throw CommandError(.usage, "\(rules.stream.name) is not signed: there is nothing to sign anew")
        }
        let context = try connectAlone(to: rules.stream)
        let server = ServerPresentation(context.connection)
        let (plan, lacks) = try session.beforeWriting { try look(rules, over: context.connection) }
        let doubt = options.force ? nil : plan.keyDoubt.map(CommandError.init)
        let findings = plan.findings + lacks
        let preview = ResignPresentation(
            plan: plan,
            server: server,
            isPlan: true,
            clock: WallClock.unsigned,
            findings: findings
        )
        guard !options.dryRun, !plan.messages.isEmpty else {
            try session.present(preview)
            // The error says it too.
            session.say(findings.filter { doubt == nil || $0.code != .noValidSignature })
            if plan.messages.isEmpty, plan.cut == nil {
                session.say(.note, code: .nothing, "nothing to do: nothing was sent")
            }
            if let doubt { throw doubt }
            return ExitStatus(findings)
        }
        if let doubt { throw doubt }
        let count = Format.count(plan.messages.count, "entry", "entries")
        try session.ask(
            "Publish \(count) to \(rules.stream.name) again, signed anew?",
            consent,
            about: preview,
            findings
        )
        var outcomes: [Int: PublishOutcome] = [:]
        var bulk = try BulkPublish(
            rules: rules,
            target: context.target,
            server: context.server,
            rate: options.messageRate,
            confirmation: confirmation(on: context.connection),
            report: { outcomes[$0] = $1 }
        )
        let report = bulk.run(plan.messages, waitsForDisk: diskPatience)
        let origin = MessageOrigin(input: options.ndjson)
        let open = OpenMessages(report, rules, server: session.settings.deployment.description, from: origin)
        let ending = PublishEndingText(
            report,
            stream: rules.stream,
            groups: context.target.groups,
            open: open,
            isSingle: true
        )
        let said = findings + ending.findings
        let done = ResignPresentation(
            plan: plan,
            server: server,
            isPlan: false,
            clock: WallClock.unsigned,
            outcomes: outcomes,
            isInDoubt: report.unsettledError != nil,
            resumeFile: open.file,
            findings: said
        )
        try session.present(done)
        session.say(consent.isGiven ? said : ending.findings)
        return ending.status == .success ? ExitStatus(findings) : ending.status
    }

    /// Connects under a name by which other runs that sign this stream again find this one; refused where there is one. Each would
    /// publish all that it finds, as none sees yet what the others are about to. Two that begin at once may both be refused.
    private func connectAlone(to stream: StreamDefinition) throws -> PublishContext {
        guard !options.dryRun else { return try connect(to: stream) }
        let context = try connect(to: stream, as: ConnectionName(for: Array("publish --resign ".utf8) + stream.key))
        guard try context.connection.connection(for: stream.key).hasOtherRun() else { return context }
        throw CommandError(
            .refusedForNow,
            "another run signs the messages of \(stream.name) again; nothing was sent"
        )
    }

    /// - Returns: what can be done, and what is wrong with tables of the outboxes.
    private func look(
        _ rules: PublishRules,
        over connection: any CommandChannel
    ) throws -> (plan: ResignPlan, lacks: [Finding]) {
        let progress = Progress(session, besideLines: false)
        defer { progress.clear() }
        let input = try options.ndjson.map { try InputFile($0) }
        let source: Resign.Source =
            if let input { .file(input.descriptor) } else { .stream(try options.resignedEntries) }
        var lacks: [OutboxProblem] = []
        let rows = { (ids: [[UInt8]]) throws -> OutboxRowLook.Report in
            let database = try session.database(isLooking: true)
            let report = try OutboxRowLook(ids: ids).run(on: database)
            try OutboxProblem.requireOne(report.problems, at: database.target)
            lacks = report.problems
            return report
        }
        let plan = try Resign(rules, source: source, limit: try options.resignLimit)
            .plan(on: connection, clock: WallClock.unsigned, rows: try session.hasDatabase ? rows : nil) {
                progress.show($0.stream, done: $0.checked, of: $0.total)
            }
        if let refusal = plan.refusal { throw CommandError(refusal, by: connection.endpoint.description) }
        let file: TerminalText = options.ndjson == "-" ? "standard input" : "\(options.ndjson ?? "")"
        if let failure = CommandError(plan.ending, of: file, rest: "nothing was sent") { throw failure }
        return (plan, lacks.filter { $0.reason != .missing }.map(\.finding))
    }
}

extension CommandError {
    /// What is signed with another key than theirs consumers skip too.
    fileprivate init(_ doubt: KeyDoubt) {
        self.init(
            .configuration,
            "\(doubt.evidence): this may not be the key of the consumers, and nothing was sent; if it is: --force"
        )
    }
}

/// How `publish --resign` shows what it will do, and what it did.
struct ResignPresentation: Presentable {
    let plan: ResignPlan
    let server: ServerPresentation
    /// Whether nothing was sent yet.
    let isPlan: Bool
    /// Unix milliseconds.
    let clock: UInt64
    /// What became of each message, by its place among those that are published, from 1 on.
    var outcomes: [Int: PublishOutcome] = [:]
    /// Whether messages without an outcome may have arrived.
    var isInDoubt = false
    var resumeFile: String?
    var findings: [Finding] = []
    let at = WallClock.now

    static let columns = [
        Column("ID"), Column("AGE", .right, priority: 2), Column("SIGNATURE", isFlexible: true, least: 20, priority: 1),
        Column("RESULT"),
    ]

    func table(_ look: TerminalLook) -> ScreenText {
        guard let table = mainTable, !table.isEmpty else { return "" }
        return table.render(look) + PlanLines.rest(UInt64(lines.count - shown.count)) + contents(look)
    }

    /// How many entries are shown with what they say, how many fields of each, and how many bytes of a name or value.
    private static let (told, toldFields, toldBytes) = (4, 20, 200)

    /// What the first ones and the last one say, before anybody signs that.
    private func contents(_ look: TerminalLook) -> ScreenText {
        let planned = isPlan ? plan.entries.filter { $0.obstacle == nil } : []
        guard !planned.isEmpty else { return "" }
        let isAll = planned.count <= Self.told
        let some = isAll ? planned : planned.prefix(Self.told - 1) + planned.suffix(1)
        let head =
            isAll
            ? (planned.count == 1 ? "It says:" : "They say:") : "The first \(Self.told - 1) and the last of them say:"
        return some.reduce("\(head)\n" as ScreenText) { text, entry in
            let message = entry.message
            var fields = message.fields.indices.prefix(Self.toldFields).map {
                EntryWords.unmistakable(message.name(at: $0), message.value(at: $0), limit: Self.toldBytes)
            }
            let rest = message.fields.count - fields.count
            if rest > 0 { fields.append("... and \(Format.count(rest, "more field", "more fields"))") }
            let id: TerminalText = entry.id.isEmpty ? "" : "\(entry.id)  "
            return text + look.folded("  \(id)\(fields.joined(separator: " "))", indent: 4) + "\n"
        }
    }

    var mainTable: TextTable? {
        shown.reduce(into: TextTable(Self.columns)) { $0.append(row($1)) }
    }

    /// An entry, and what became of it.
    private struct Line {
        let entry: ResignPlan.Entry
        let result: Result
    }

    private enum Result {
        case planned
        case published(EntryID)
        case kept(ResignPlan.Problem)
        case refused(TerminalText)
        case unknown
        case notSent
    }

    private var lines: [Line] {
        var place = 0
        return plan.entries.map { entry in
            if let obstacle = entry.obstacle { return Line(entry: entry, result: .kept(obstacle)) }
            place += 1
            return Line(entry: entry, result: isPlan ? .planned : result(outcomes[place]))
        }
    }

    private func result(_ outcome: PublishOutcome?) -> Result {
        switch outcome {
        case .published(let id)?: .published(id)
        case .refused(let refusal)?: .refused(refusal.text)
        case .noStream?: .refused("no such stream")
        case nil: isInDoubt ? .unknown : .notSent
        }
    }

    private var shown: [Line] {
        PlanLines.shown(lines, limit: PlanLines.usual) {
            switch $0.result {
            case .planned, .published: true
            case .kept, .refused, .unknown, .notSent: false
            }
        }
    }

    private func row(_ line: Line) -> [Cell] {
        [
            Cell(bytes: line.entry.id), Cell(age: EntryID(line.entry.id)?.elapsed(at: clock)),
            Cell(line.entry.reason ?? "valid"),
            cell(line.result),
        ]
    }

    private func cell(_ result: Result) -> Cell {
        switch result {
        case .planned: Cell("will be signed anew")
        case .published(let id): Cell("published as \(id.description)")
        case .kept(let obstacle): Cell("kept: \(obstacle.text)", style: .yellow)
        case .refused(let reason): Cell("refused: \(reason)", style: .red)
        case .unknown: Cell("unknown", style: .red)
        case .notSent: Cell("not sent", style: .red)
        }
    }

    var envelope: Envelope {
        let lines = lines
        return Envelope(
            schema: "caracalctl.publish-resign/1",
            at: at,
            server: server.json,
            items: lines.map(json),
            summary: [
                "stream": .string(plan.stream.name), "dry_run": .bool(isPlan),
                "entries": .integer(Int64(lines.count)),
                "published": .integer(Int64(outcomes.values.count(where: \.isPublished))),
                "kept": .integer(Int64(plan.entries.count { $0.obstacle != nil })), "more": .bool(plan.cut != nil),
                "resume_file": JSONValue(resumeFile),
            ],
            warnings: findings.warnings
        )
    }

    private func json(_ line: Line) -> JSONValue {
        var (word, id, why): (String, EntryID?, TerminalText?) = ("planned", nil, nil)
        switch line.result {
        case .planned: break
        case .published(let new): (word, id) = ("new", new)
        case .kept(let obstacle): (word, why) = ("kept", obstacle.text)
        case .refused(let reason): (word, why) = ("refused", reason)
        case .unknown: word = "unknown"
        case .notSent: word = "not_sent"
        }
        return [
            "source_id": .bytes(line.entry.id), "outbox_id": JSONValue(bytes: line.entry.outboxID),
            "signature": JSONValue(line.entry.reason), "outcome": .string(word), "id": JSONValue(id?.description),
            "reason": JSONValue(why),
        ]
    }
}

extension PublishOutcome {
    fileprivate var isPublished: Bool { if case .published = self { true } else { false } }
}
