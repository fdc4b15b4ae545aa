import Caracal
import RESP
import Redis
import Rendering
import Text

/// A change to groups or consumers: how it is planned, spoken of and carried out.
protocol PlannedChange {
    /// What is to be done, or was.
    associatedtype Plan
    /// How it is shown.
    associatedtype Shown: Presentable

    /// Looks and plans; nothing is changed.
    func plan(on connection: any CommandChannel) throws(RedisError) -> Result<Plan, StreamProblem>
    /// What an operator should know: of a plan before it is done, then of what was done.
    func findings(_ plan: Plan) -> [Finding]
    /// The commands that it comes to; none where there is nothing to do.
    func commands(_ plan: Plan) -> [Command]
    /// Asked before it is done.
    func question(_ plan: Plan) -> TerminalText
    /// Does it, and shows how far it has come.
    func apply(_ plan: Plan, on server: ReconnectingChannel, _ progress: Progress) -> Plan
    /// What it ends with where not all was done; nil where it was.
    func ending(_ plan: Plan, by connection: any CommandChannel) -> WriteEndingText?
    /// The status it ends with where it came to its end.
    func status(_ plan: Plan) -> ExitStatus
    /// How it is shown.
    func presentation(_ plan: Plan, _ frame: PlanFrame) -> Shown
}

/// What a presentation of a plan has besides the plan.
struct PlanFrame {
    /// The server.
    let server: ServerPresentation
    /// Whether it is only shown what would be done.
    let isPreview: Bool
    /// Whether nothing is shown of what went well.
    let problemsOnly: Bool
    /// What an operator should know, how it ended included.
    let findings: [Finding]
    /// Puts the options into the commands of a text that lead to the server.
    let routed: (TerminalText) -> TerminalText
    /// When it was looked at.
    let at = WallClock.now
}

/// One run of a change: look, plan, say what it means, ask, act, and show what became of it.
struct PlannedChangeRun {
    let session: Session
    let options: ChangeOptions

    func run<Change: PlannedChange>(_ change: Change) throws -> ExitStatus {
        let confirmation = Confirmation(isGiven: options.yes)
        if !options.dryRun { try confirmation.requireSomebodyToAsk() }
        let (connection, plan) = try session.beforeWriting {
            let connection = try session.connect()
            switch try change.plan(on: connection) {
            case .failure(let problem): throw CommandError(problem, by: connection.endpoint.description)
            case .success(let plan): return (connection, plan)
            }
        }
        let findings = change.findings(plan)
        session.say(findings)
        let commands = change.commands(plan)
        if options.dryRun || commands.isEmpty {
            let nothing = Finding(.nothing, .note, "nothing to do: nothing was sent")
            let remarks = commands.isEmpty ? [nothing] : []
            try show(change, plan, findings + remarks, connection, isPreview: options.dryRun)
            if options.dryRun { session.trace(planned: commands) }
            session.say(remarks)
            return change.status(plan)
        }
        let preview = frame(findings, connection, isPreview: true, problemsOnly: false)
        try session.ask(change.question(plan), confirmation, about: change.presentation(plan, preview))
        let progress = Progress(session)
        let done = change.apply(plan, on: session.reconnecting(connection), progress)
        progress.clear()
        let ending = change.ending(done, by: connection)
        let after = change.findings(done)
        let finding = [ending?.finding].compactMap { $0 }
        try show(change, done, after + finding, connection, isPreview: false)
        session.say(after.filter { !findings.contains($0) } + finding)
        return ending?.status ?? change.status(done)
    }

    private func show<Change: PlannedChange>(
        _ change: Change,
        _ plan: Change.Plan,
        _ findings: [Finding],
        _ connection: any CommandChannel,
        isPreview: Bool
    ) throws {
        let problemsOnly = session.output.isQuiet.value
        let frame = frame(findings, connection, isPreview: isPreview, problemsOnly: problemsOnly)
        try session.present(change.presentation(plan, frame))
    }

    private func frame(
        _ findings: [Finding],
        _ connection: any CommandChannel,
        isPreview: Bool,
        problemsOnly: Bool
    ) -> PlanFrame {
        PlanFrame(
            server: ServerPresentation(connection),
            isPreview: isPreview,
            problemsOnly: problemsOnly,
            findings: findings,
            routed: session.routed
        )
    }
}
