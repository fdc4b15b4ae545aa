import ArgumentParser
import Caracal
import RESP
import Redis
import Rendering
import Text

/// `caracalctl trim`
struct TrimCommand: BusCommand {
    static let effect = Effect.writes
    static let configuration = CommandConfiguration(
        commandName: "trim",
        _superCommandName: Caracalctl.name,
        abstract: "Remove entries that every group has acknowledged. [writes]",
        discussion: """
            Removes only entries older than the oldest one that any group has not acknowledged: a group that never read \
            anything keeps everything, and a stream without groups is refused. With --to-bound it keeps as many entries as \
            the stream's bound. --force trims to the bound even if groups have not acknowledged the entries, after showing \
            what each of them loses. Dead letters go only with --force, exported or not: that an observer acknowledged one does \
            not mean that it was redriven. dlq purge removes those that dlq export wrote.

            Entries are removed by id, in short steps. In each step the server checks all groups again (EVAL): a group that was \
            created, set back or given an entry since the plan stops the trimming and is named. With --force no group \
            loses more than was shown.

              caracalctl trim audit.events --dry-run
              caracalctl trim audit.events --to-bound
              caracalctl trim sessions.revoke --force
            """
    )

    @Argument(
        help: ArgumentHelp("The stream, with or without caracal. before it.", valueName: "stream"),
        completion: .streams
    )
    var stream: String

    @Flag(help: "Keep as many entries as the stream's bound.")
    var toBound = false

    @Flag(help: "Trim to the bound even if groups have not acknowledged the entries, dead letters too.")
    var force = false

    @OptionGroup var change: ChangeOptions

    var isPreview: Bool { change.dryRun }

    var tableColumns: [Column]? { TrimPresentation.columns }

    func run(in session: Session) throws -> ExitStatus {
        let trim = Trim(
            stream: try StreamNames.resolve(stream, allowsAny: change.anyStream),
            staysAtBound: toBound,
            isForced: force
        )
        let confirmation = Confirmation(isGiven: change.yes)
        if !change.dryRun { try confirmation.requireSomebodyToAsk() }
        let (connection, plan) = try session.beforeWriting {
            let connection = try session.connect()
            switch try trim.plan(on: connection) {
            case .failure(let refusal): throw CommandError(refusal, by: connection.endpoint.description)
            case .success(let plan): return (connection, plan)
            }
        }
        let findings = plan.findings + [AbandonedGroups.finding(plan)].compactMap { $0 }
        session.say(findings)
        if change.dryRun || plan.minID == nil {
            let report = TrimReport(plan: plan, removed: nil, length: plan.length, isDone: true)
            try show(report, findings, session, connection)
            if change.dryRun { session.trace(planned: plan.requests.map(\.command)) }
            return .success
        }
        let preview = TrimReport(plan: plan, removed: nil, length: plan.length, isDone: true)
        try session.ask(
            question(plan),
            confirmation,
            about: presentation(preview, findings, connection, isPreview: true, problemsOnly: false)
        )
        let progress = Progress(session)
        let report = trim.apply(plan, on: session.reconnecting(connection)) { removed in
            progress.show(plan.stream.key, done: removed, of: nil)
        }
        progress.clear()
        let ending = report.ending.map { TrimEndingText.ending($0, of: report, by: connection) }
        try show(report, findings + [ending?.finding].compactMap { $0 }, session, connection)
        if let finding = ending?.finding { session.say([finding]) }
        return ending?.status ?? .success
    }

    private func question(_ plan: TrimPlan) -> TerminalText {
        let count = plan.removes.text()
        let entries = plan.removes == .exact(1) ? "entry" : "entries"
        return "Remove \(count) \(entries) of \(Format.grouped(Int(clamping: plan.length))) from "
            + "\(plan.stream.name)?"
    }

    private func show(
        _ report: TrimReport,
        _ findings: [Finding],
        _ session: Session,
        _ connection: any CommandChannel
    ) throws {
        let problemsOnly = session.output.isQuiet.value
        try session.present(
            presentation(report, findings, connection, isPreview: change.dryRun, problemsOnly: problemsOnly)
        )
    }

    private func presentation(
        _ report: TrimReport,
        _ findings: [Finding],
        _ connection: any CommandChannel,
        isPreview: Bool,
        problemsOnly: Bool
    ) -> TrimPresentation {
        TrimPresentation(
            report: report,
            server: ServerPresentation(connection),
            findings: findings,
            isPreview: isPreview,
            problemsOnly: problemsOnly
        )
    }
}

/// What a trimming ends with that stopped before all of it was done.
enum TrimEndingText {
    static func ending(_ ending: TrimEnding, of report: TrimReport, by connection: any CommandChannel)
        -> WriteEndingText
    {
        let name = report.plan.stream.name
        let removed = report.removed.map { Format.count($0, "entry was removed", "entries were removed") }
        let unknown =
            report.isDone
            ? "all that was to go is gone, and how many entries went by this is unknown"
            : "how many entries were removed is unknown, and the same command goes on"
        let outcome: TerminalText = "\(removed ?? unknown)"
        switch ending {
        case .write(let ending):
            let isResumable = if case .interrupted = ending { report.removed != nil } else { false }
            let advice: TerminalText = isResumable ? ", and the same command goes on" : ""
            return WriteEndingText(
                ending,
                by: connection.endpoint.description,
                outcome: outcome + advice,
                unsettled: report.unsettled
            )
        case .held(let group, let id):
            let need =
                report.plan.isForced ? "would lose more than was planned, \(id) among it" : "has not acknowledged \(id)"
            let message: TerminalText =
                "\(group) \(need): it was created, set back or given entries since the plan was made; "
                + "\(outcome), and the same command plans anew"
            return WriteEndingText(.finding, .held, message)
        case .anew:
            return WriteEndingText(
                .finding,
                .replaced,
                "\(name) was deleted or made anew since the plan was made; \(outcome)"
            )
        case .noGroups:
            let message: TerminalText =
                "\(name) has lost its groups since the plan was made, so nothing says which entries are done with"
            return WriteEndingText(.finding, .noGroups, "\(message); \(outcome)")
        }
    }
}

/// The words on groups that keep entries and look left over. They are never passed over: what a group is owed only an operator
/// can give up.
enum AbandonedGroups {
    static func finding(_ plan: TrimPlan) -> Finding? {
        guard let first = plan.abandoned.first else { return nil }
        let name = TerminalText(first.name)
        let others = plan.abandoned.count - 1
        let silence = first.silence.map { Format.age(milliseconds: Int(clamping: $0)) } ?? ""
        let reason: TerminalText =
            first.consumers == 0
            ? "it has no consumers"
            : "none of its \(Format.count(first.consumers, "consumer")) was heard of for \(silence)"
        let more: TerminalText = others > 0 ? "; so does \(Format.count(others, "other group"))" : ""
        let remedy: TerminalText =
            ShellWord.canGive(first.name)
            ? "caracalctl group rm \(plan.stream.word) \(ShellWord.group(first.name)) removes the group"
            : "remove the group with redis-cli: caracalctl cannot be given its name"
        return Finding(
            .leftOverGroup,
            .warning,
            stream: plan.stream.name,
            "\(name) keeps the entries from \(first.floor) on and looks left over: \(reason)\(more) (if its service is gone "
                + "for good, \(remedy); then trim again)"
        )
    }
}
