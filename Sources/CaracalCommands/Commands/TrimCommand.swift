import ArgumentParser
import Caracal
import Redis
import Rendering

/// `caracalctl trim`
struct TrimCommand: BusCommand {
    static let effect = Effect.writes
    static let configuration = CommandConfiguration(
        commandName: "trim",
        _superCommandName: Caracalctl.name,
        abstract: "Remove entries that every group has acknowledged. [writes]",
        discussion: """
            Removes what lies before the oldest entry that some group has not acknowledged, and nothing else: a group that \
            never read anything holds everything, and a stream without groups is refused. With --to-bound as many entries \
            stay as the stream's bound. --force trims to the bound whatever the groups have not acknowledged, after saying \
            what each of them loses.

            Entries are removed by id, whole nodes first and in steps that do not hold the server up, then exactly.

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

    @Flag(help: "Let as many entries stay as the stream's bound.")
    var toBound = false

    @Flag(help: "Trim to the bound whatever the groups have not acknowledged.")
    var force = false

    @OptionGroup var change: ChangeOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    var isPreview: Bool { change.dryRun }

    func run(in session: Session) throws -> ExitStatus {
        let trim = Trim(
            stream: try StreamNames.resolve(stream, allowsAny: change.anyStream),
            staysAtBound: toBound,
            isForced: force
        )
        let confirmation = Confirmation(isGiven: change.yes)
        if !change.dryRun { try confirmation.requireSomebodyToAsk() }
        let connection = try session.connect()
        let plan: TrimPlan
        switch try trim.plan(on: connection) {
        case .failure(let refusal): throw Failure(refusal, by: connection.endpoint.description)
        case .success(let value): plan = value
        }
        session.say(plan.findings)
        if change.dryRun || plan.minID == nil {
            try show(TrimReport(plan: plan, removed: nil, length: plan.length, isDone: true), session, connection)
            return .success
        }
        try confirmation.ask(question(plan))
        let settings = session.settings
        let report = try trim.apply(plan, on: connection) { () throws(RedisError) in
            try Reconnect(settings, after: connection).run()
        }
        try show(report, session, connection)
        return report.isDone ? .success : .unknownOutcome
    }

    private func question(_ plan: TrimPlan) -> String {
        let count = plan.removes.text()
        let entries = plan.removes == .exact(1) ? "entry" : "entries"
        return "Remove \(count) \(entries) of \(Format.grouped(Int(clamping: plan.length))) from "
            + "\(TerminalText.escaped(plan.stream.name))?"
    }

    private func show(_ report: TrimReport, _ session: Session, _ connection: any CommandChannel) throws {
        try session.present(
            TrimPresentation(
                report: report,
                server: ServerPresentation(connection),
                isPreview: change.dryRun,
                problemsOnly: session.output.isQuiet.value
            )
        )
    }
}
