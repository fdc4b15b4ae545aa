import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl dlq purge`
struct DLQPurgeCommand: BusCommand {
    static let effect = Effect.writes
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Remove the dead letters that an export file holds. [writes]",
        discussion: """
            Every line of the file is compared with the server, byte for byte, before anything is removed. A truncated or \
            altered file, or one from another deployment, removes nothing. Dead letters newer than the export stay.

              caracalctl dlq export --to dead.ndjson
              caracalctl dlq purge --exported dead.ndjson --dry-run
              caracalctl dlq purge --exported dead.ndjson
            """
    )

    @Option(help: ArgumentHelp("A file that dlq export wrote.", valueName: "file"), completion: .file())
    var exported: String

    @Flag(help: "Remove nothing; show what would be removed.")
    var dryRun = false

    @Flag(name: [.short, .long], help: "Do not ask for confirmation.")
    var yes = false

    var isPreview: Bool { dryRun }

    var tableColumns: [Column]? { DLQPurgePresentation.columns }

    func run(in session: Session) throws -> ExitStatus {
        try DLQPurgeRun(session, Confirmation(isGiven: yes)).run(exported, isPreview: dryRun)
    }
}

/// One run of `dlq purge`: compare all, ask, remove, say what became of it.
struct DLQPurgeRun {
    private let session: Session
    private let confirmation: Confirmation
    private let progress: Progress

    init(_ session: Session, _ confirmation: Confirmation) {
        self.session = session
        self.confirmation = confirmation
        progress = Progress(session)
    }

    /// Removes what a file lists, or shows what would be removed.
    func run(_ path: String, isPreview: Bool) throws -> ExitStatus {
        let file = try InputFile(path)
        if !isPreview { try confirmation.requireSomebodyToAsk() }
        session.catchSignalsOfWrites()
        let connection = try session.connect()
        if connection.server.role == .replica, !isPreview {
            throw CommandError(StreamProblem.replica, by: connection.endpoint.description)
        }
        let plan = try compare(file, path, on: connection)
        if plan.parts.isEmpty { session.say(.note, code: .nothing, "\(path) is empty: it lists no dead letter") }
        if isPreview {
            try show(plan, nil, connection)
            return .success
        }
        if plan.count > 0 {
            let question: TerminalText =
                "Remove \(Format.count(plan.count, "dead letter")) for good (\(Self.reasons(plan)))?"
            let preview = DLQPurgePresentation(plan: plan, server: ServerPresentation(connection))
            try session.ask(question, confirmation, about: preview)
        }
        let server = session.reconnecting(connection)
        let outcomes = DeadLetterOutcomes<Purge.Outcome>()
        let report = Purge(plan: plan).run(on: server, mastership: session.masterCheck, report: outcomes.note) {
            report in
            let done = report.removed + report.gone + report.changed + report.unclear
            progress.show("purge".utf8, done: UInt64(done), of: UInt64(plan.count))
        }
        progress.clear()
        try show(plan, report, connection, outcomes)
        return try end(report)
    }

    /// What they died of, the most frequent first: who expects another reason has the wrong file.
    private static func reasons(_ plan: PurgePlan) -> TerminalText {
        let (kinds, others) = plan.reasons.foremost(3)
        let named: [TerminalText] = kinds.map { kind in
            let name: TerminalText = kind.name.isEmpty ? "without a reason" : "\(kind.name)"
            return "\(Format.grouped(UInt(kind.count))) \(name)"
        }
        return (named + (others > 0 ? ["\(Format.grouped(UInt(others))) of other reasons"] : [])).joined(
            separator: ", "
        )
    }

    private func show(
        _ plan: PurgePlan,
        _ report: Purge.Report?,
        _ connection: any CommandChannel,
        _ outcomes: DeadLetterOutcomes<Purge.Outcome> = DeadLetterOutcomes()
    ) throws {
        try session.present(
            DLQPurgePresentation(
                plan: plan,
                report: report,
                server: ServerPresentation(connection),
                outcomes: outcomes,
                problemsOnly: session.output.isQuiet.value
            )
        )
    }

    private func compare(_ file: InputFile, _ path: String, on connection: any CommandChannel) throws -> PurgePlan {
        do {
            let plan = try PurgeCheck(descriptor: file.descriptor).run(on: connection) { lines in
                progress.show(path.utf8, done: UInt64(lines), in: file)
            }
            progress.clear()
            return plan
        } catch let fault as PurgeError {
            progress.clear()
            let message: TerminalText = "\(path): \(fault); nothing was removed"
            if case .refused(let refusal) = fault { throw CommandError(CommandError.status(of: refusal), message) }
            throw CommandError(.malformedInput, message)
        } catch let error as RedisError {
            if error.signal != nil { throw error }
            throw CommandError(error).adding("nothing was removed")
        }
    }

    private func end(_ report: Purge.Report) throws -> ExitStatus {
        let findings = DLQPurgePresentation.findings(report)
        // The error says it too.
        session.say(findings.filter { $0.code != .unknown })
        let removed = Format.count(report.removed, "was removed", "were removed")
        switch report.ending {
        case nil: return findings.contains { $0.severity == .failure } ? .finding : .success
        case .interrupted(let signal):
            throw CommandError.interrupted(by: signal, "\(removed), and the same command goes on")
        case .refused(let refusal):
            throw CommandError(
                CommandError.status(ofWrite: refusal),
                "the server refused: \(refusal.text); \(removed)"
            )
        case .lost(let error, let inDoubt):
            throw CommandError(
                .unknownOutcome,
                "\(CommandError(error).message); \(removed), of \(Format.grouped(inDoubt)) more it is unknown, and the same command settles it"
            )
        }
    }
}

/// How `dlq purge` shows what it removed, or would remove.
struct DLQPurgePresentation: Presentable {
    let plan: PurgePlan
    /// What was done; nil when nothing was.
    var report: Purge.Report?
    let server: ServerPresentation
    /// What became of each dead letter.
    var outcomes = DeadLetterOutcomes<Purge.Outcome>()
    /// Whether nothing is said of what went well.
    var problemsOnly = false
    let at = WallClock.now

    static let columns = DeadLetterLines.columns(hasNewIDs: false)

    var mainTable: TextTable? { lines.all }

    func table(_ look: TerminalLook) -> ScreenText {
        if look.choices.isMade { return lines.all.isEmpty ? "" : lines.all.render(look) }
        if problemsOnly, let report, report.ending == nil { return "" }
        let before = Int(clamping: plan.gone) + (report?.gone ?? 0)
        let gone: ScreenText = before > 0 ? "\(Format.grouped(before)) of the file had gone before\n" : ""
        let sum = report.map { "removed \(Format.count($0.removed, "dead letter"))\n" as ScreenText }
        return lines.table(look) + (sum ?? (plan.count == 0 ? "nothing to remove\n" : "")) + gone
    }

    private var lines: DeadLetterLines {
        var unknown = report?.unknown ?? 0
        return DeadLetterLines(
            lines: plan.parts.flatMap { part in part.letters.map { line(part.stream, $0.id, &unknown) } },
            limit: PlanLines.usual,
            now: plan.now,
            hasNewIDs: false,
            problemsOnly: problemsOnly && report != nil
        )
    }

    /// - Parameter unknown: how many of this line and the next ones have no outcome because that is unknown.
    private func line(_ stream: [UInt8], _ id: EntryID, _ unknown: inout Int) -> DeadLetterLines.Line {
        let (result, isAsPlanned) =
            switch outcomes[stream, id] {
            case nil where report == nil: ("planned", true)
            case .removed: ("removed", true)
            case .gone: ("gone", false)
            case .changed: ("changed", false)
            case .unclear: ("gone", false)
            case nil: (unknown > 0 ? "unknown" : "not done", false)
            }
        if result == "unknown" { unknown -= 1 }
        return DeadLetterLines.Line(stream: stream, id: id, result: result, isAsPlanned: isAsPlanned)
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.dlq-purge/1",
            at: at,
            server: server.json,
            items: plan.parts.map { part in
                [
                    "stream": .bytes(part.stream),
                    "listed": .integer(Int64(part.letters.count) + Int64(clamping: part.gone)),
                    "there": .integer(Int64(part.letters.count)), "gone": .unsigned(part.gone),
                    "ids": .array(part.letters.map { .string("\($0.id)") }),
                ]
            },
            summary: [
                "there": .integer(Int64(plan.count)), "gone": .unsigned(plan.gone),
                "removed": JSONValue(report?.removed), "gone_since": JSONValue(report?.gone),
                "gone_unclear": JSONValue(report?.unclear), "changed": JSONValue(report?.changed),
                "unknown": JSONValue(report?.unknown), "complete": .bool(report?.isComplete == true),
            ],
            warnings: report.map { Self.findings($0).warnings } ?? []
        )
    }

    /// What is not as planned in a run.
    static func findings(_ report: Purge.Report) -> [Finding] {
        var findings: [Finding] = []
        if report.changed > 0 {
            findings.append(
                Finding(
                    .changed,
                    .failure,
                    "\(Format.count(report.changed, "dead letter is another one", "dead letters are others")) by now under the "
                        + "same id, and \(report.changed == 1 ? "was" : "were") left alone"
                )
            )
        }
        if report.unclear > 0 {
            findings.append(
                Finding(
                    .goneUnclear,
                    .warning,
                    "\(Format.count(report.unclear, "more is gone", "more are gone")): an answer was lost, so that it is not "
                        + "known whether we removed \(report.unclear == 1 ? "it" : "them")"
                )
            )
        }
        if let unverified = report.unverified { findings.append(unverified.finding("removed")) }
        if report.unknown > 0 {
            findings.append(
                Finding(
                    .unknown,
                    .failure,
                    "of \(Format.count(report.unknown, "dead letter")) it is unknown whether "
                        + "\(report.unknown == 1 ? "it was" : "they were") removed: the same command settles it"
                )
            )
        }
        return findings
    }
}

extension UnverifiedMessages {
    /// That no Sentinel could confirm what was done.
    ///
    /// - Parameter done: what was done with the messages, such as `removed`.
    func finding(_ done: TerminalText) -> Finding {
        Finding(
            .notVerified,
            .failure,
            "\(Format.count(count, "message was", "messages were")) \(done), but no Sentinel could say whether the server still is "
                + "the master: \(CommandError(reason).message)"
        )
    }
}
