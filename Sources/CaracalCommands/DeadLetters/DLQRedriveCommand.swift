import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl dlq redrive`
struct DLQRedriveCommand: BusCommand {
    static let effect = Effect.writes
    static let configuration = CommandConfiguration(
        commandName: "redrive",
        abstract: "Return dead letters to their original streams. [writes]",
        discussion: """
            Each message is added to its stream, unchanged, and removed from the dead letters in one step on the server. \
            After a crash, a lost reply or a full server it is in one of the two, never in both, and the same command \
            continues. Further dead letters of the same message are removed with it. Messages that become dead letters again \
            during the run are left alone.

            Only messages whose reason may have passed, and whose signature is valid, are returned. --force also returns other \
            reasons and unsigned messages, but never a malformed message, an invalid signature, or a message that is in its stream \
            again: an equal entry behind the one that died counts as it (an unsigned message without an id of its own is not looked \
            for). Where more messages stay for their signature alone than have a valid one, it ends with 1: the key that is set may be \
            another one. Do not run the Audit service's own replay (POST /api/audit/dlq/replay) at the same time: it can publish a \
            message twice.

              caracalctl dlq redrive --dry-run
              caracalctl dlq redrive --reason pg_permanent_error
              caracalctl dlq redrive --stream audit.events --limit 100 --rate 50 --yes
              caracalctl dlq redrive 1767443990017-2 1767443990018-0
            """
    )

    @Argument(help: ArgumentHelp("These dead letters alone (default: all that match).", valueName: "id"))
    var ids: [String] = []

    @OptionGroup var choice: DeadLetterOptions

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("Return at most this many messages.", valueName: "count")
    )
    var limit: String?

    @Option(help: ArgumentHelp("Return at most this many messages a second.", valueName: "count"))
    var rate: String?

    @Flag(help: "Also return messages that are not worth a replay, unsigned, or not checkable.")
    var force = false

    @Flag(help: "Return nothing; show what would be done.")
    var dryRun = false

    @Flag(name: [.short, .long], help: "Do not ask for confirmation.")
    var yes = false

    var isPreview: Bool { dryRun }

    var tableColumns: [Column]? { DLQRedrivePresentation.columns }

    func validate() throws {
        try choice.validate(ids)
        _ = try rules()
    }

    func run(in session: Session) throws -> ExitStatus {
        let run = DLQRedriveRun(
            session,
            selection: try choice.selection(ids: ids),
            rules: try rules()
        )
        return dryRun ? try run.preview() : try run.run(Confirmation(isGiven: yes))
    }

    private func rules() throws -> RedriveRules {
        RedriveRules(
            isForced: force,
            limit: try OptionText.count(limit, "--limit"),
            rate: try OptionText.count(rate, "--rate").map { Int(clamping: $0) }
        )
    }
}

/// One run of `dlq redrive`: plan, ask, act, say what became of it.
struct DLQRedriveRun {
    private let session: Session
    private let selection: DeadLetterSelection
    private let rules: RedriveRules
    private let progress: Progress

    init(_ session: Session, selection: DeadLetterSelection, rules: RedriveRules) {
        self.session = session
        self.selection = selection
        self.rules = rules
        progress = Progress(session, besideLines: session.output.format.value == .ndjson)
    }

    private var isOfNamed: Bool { !selection.ids.isEmpty }

    /// Shows what would be done.
    func preview() throws -> ExitStatus {
        var judge = try DeadLetterJudge(keys: try DeadLetterKeys.load(session))
        let connection = try connect()
        let plan = try plan(on: ReconnectingChannel(connection), &judge)
        let findings = findings(on: plan)
        try session.present(presentation(plan, connection, findings, isQuiet: session.output.isQuiet.value))
        session.say(findings)
        return ExitStatus(findings, refusals: plan.parts.compactMap(\.refusal))
    }

    /// Does it.
    func run(_ confirmation: Confirmation) throws -> ExitStatus {
        try confirmation.requireSomebodyToAsk()
        session.catchSignalsOfWrites()
        var judge = try DeadLetterJudge(keys: try DeadLetterKeys.load(session))
        let connection = try connect()
        let server = session.reconnecting(connection)
        let plan = try plan(on: server, &judge)
        try refuseHalfPlan(plan, by: connection)
        let before = findings(on: plan)
        let isAsked = plan.messages > 0 && !confirmation.isGiven
        if plan.messages > 0 {
            // Where a stream takes nothing, its messages are more than --limit lets.
            let count = plan.possible > 0 ? plan.possible : plan.messages
            let question: TerminalText = "Put \(Format.count(count, "message")) back?"
            try session.ask(question, confirmation, about: presentation(plan, connection, before), before)
        }
        let outcomes = DeadLetterOutcomes<RedriveOutcome>()
        let removals = DeadLetterOutcomes<Purge.Outcome>()
        let report = try act(plan, on: server, &judge, outcomes, removals)
        progress.clear()
        let ending = DLQRedriveEndingText(report)
        // What is in the way of a stream is told once.
        let stopped = report.parts.filter { $0.ending != nil }.map(\.plan.stream)
        let findings = findings(on: plan, leavingOut: stopped) + ending.findings
        if session.output.format.value != .ndjson {
            var result = presentation(plan, connection, findings, isQuiet: session.output.isQuiet.value)
            (result.report, result.outcomes, result.removals) = (report, outcomes, removals)
            try session.present(result)
        }
        session.say(isAsked ? ending.findings : findings)
        return ending.status == .success ? ExitStatus(before) : ending.status
    }

    private func presentation(
        _ plan: RedrivePlan,
        _ connection: any CommandChannel,
        _ findings: [Finding],
        isQuiet: Bool = false
    ) -> DLQRedrivePresentation {
        DLQRedrivePresentation(
            plan: plan,
            server: ServerPresentation(connection),
            limit: rules.limit == nil && selection.ids.isEmpty ? PlanLines.usual : nil,
            findings: findings,
            isOfNamed: isOfNamed,
            problemsOnly: isQuiet
        )
    }

    private func connect() throws -> any CommandChannel {
        let connection = try session.connect()
        if connection.isCluster {
            throw CommandError(
                .configuration,
                "\(connection.endpoint) is a cluster, where a message cannot be moved between two streams in one step: "
                    + "use caracalctl dlq export, caracalctl publish and caracalctl dlq purge; nothing was changed"
            )
        }
        if connection.server.role == .replica {
            throw CommandError(StreamProblem.replica, by: connection.endpoint.description)
        }
        return connection
    }

    private func plan(on server: ReconnectingChannel, _ judge: inout DeadLetterJudge) throws -> RedrivePlan {
        let planner = RedrivePlanner(selection: selection, rules: rules)
        let plan = try planner.run(on: server, &judge, clock: WallClock.unsigned) { stream, count in
            progress.show(stream.target.key, done: count, of: stream.state.info?.length)
        }
        progress.clear()
        // Who names a dead letter means one.
        if let shared = plan.shared.first {
            throw CommandError(.usage, "\(shared.text): choose one with --stream; nothing was changed")
        }
        let unchecked = plan.parts.flatMap(\.kept).filter { $0.problem == .unchecked }.reduce(0) { $0 + $1.count }
        guard unchecked == 0 else {
            let names = SignatureScheme.allCases.map(\.keyVariable).joined(separator: " and ")
            throw CommandError(
                .configuration,
                "there is no key to check \(unchecked) signatures with: set \(names) (or their _FILE twins), or say --force; nothing was changed"
            )
        }
        return plan
    }

    /// Dead letters that could not be read were not planned for.
    private func refuseHalfPlan(_ plan: RedrivePlan, by connection: any CommandChannel) throws(CommandError) {
        guard let refusal = plan.parts.compactMap(\.refusal).first else { return }
        throw CommandError(refusal, by: connection.endpoint.description)
    }

    private func act(
        _ plan: RedrivePlan,
        on server: ReconnectingChannel,
        _ judge: inout DeadLetterJudge,
        _ outcomes: DeadLetterOutcomes<RedriveOutcome>,
        _ removals: DeadLetterOutcomes<Purge.Outcome>
    ) throws -> RedriveReport {
        let receipts = ReceiptWriter(session)
        let operation = Redrive(plan: plan, selection: selection, rules: rules)
        defer { receipts?.flush() }
        return try operation.run(
            on: server,
            &judge,
            mastership: session.masterCheck,
            report: { stream, id, receipt in
                switch receipt {
                case .message(let outcome): outcomes.note(stream, id, outcome)
                case .duplicate(_, let outcome): removals.note(stream, id, outcome)
                }
                receipts?.note(DLQRedriveReceipt(stream: stream, id: id, receipt: receipt).json)
            },
            afterBatch: { part in
                progress.show(
                    part.plan.stream.target.key,
                    done: part.settled,
                    of: part.plan.messages
                )
            }
        )
    }

    /// - Parameter stopped: streams of which it is told elsewhere why nothing can go back.
    private func findings(on plan: RedrivePlan, leavingOut stopped: [DeadLetterWalk.Stream] = []) -> [Finding] {
        plan.parts.flatMap { part in
            [
                Self.unread(part),
                part.messages > 0 && !stopped.contains(part.stream) ? Self.obstacle(part) : nil,
                part.messages > 0 && part.isLookCut ? Self.lookCut(part.stream.source.key) : nil,
                part.isKeyInDoubt ? otherKey(part) : nil,
            ]
            .compactMap { $0 } + (isOfNamed ? part.kept.map { Self.kept($0, in: part.stream.target.key) } : [])
        } + plan.wrongTypes + Finding.absent(plan.absent) + (plan.unmatched.map { [$0.finding] } ?? [])
            + (plan.beyond > 0 ? [Self.beyond(plan.beyond)] : [])
    }

    /// Who names a dead letter wants to know that it did not go back.
    private static func kept(_ kept: RedrivePlan.Kept, in stream: [UInt8]) -> Finding {
        let stays = Format.count(kept.count, "dead letter stays", "dead letters stay")
        return Finding(
            .kept,
            .failure,
            stream: stream.readable,
            "\(stays) in \(stream): \(kept.problem.text) (\(kept.names))"
        )
    }

    /// What follows in a line, such as a purge, should not take them for forged.
    private func otherKey(_ part: RedrivePlan.Part) -> Finding {
        let stream = part.stream.target.key
        let stay = Format.count(part.heldBack, "dead letter stays", "dead letters stay")
        let others: TerminalText =
            part.valid == 0
            ? isOfNamed ? "none of those named has one that holds" : "no other one has one that holds"
            : "only \(part.valid) \(part.valid == 1 ? "has" : "have") one that holds"
        return Finding(
            .invalidSignature,
            .failure,
            stream: stream.readable,
            "\(stay) in \(stream) for the signature alone, and \(others): \(DeadLetterKeyRecord.question)"
        )
    }

    private static func beyond(_ count: UInt64) -> Finding {
        let match = Format.count(count, "more matches", "more match")
        return Finding(.more, .note, "stopped at --limit; \(match)")
    }

    private static func unread(_ part: RedrivePlan.Part) -> Finding? {
        let name = part.stream.target.key.readable
        return part.refusal.map { Finding(.refused, .failure, stream: name, "\(part.stream.target.key): \($0.text)") }
    }

    private static func lookCut(_ source: [UInt8]) -> Finding {
        Finding(
            .lookCut,
            .warning,
            "\(source) is too long to look through: a message that an earlier redrive put back may go back again"
        )
    }

    private static func obstacle(_ part: RedrivePlan.Part) -> Finding? {
        switch part.obstacle {
        case .noStream(let key)?:
            let advice = StreamDefinition.creationAdvice(key)
            return Finding(.noStream, .failure, "\(key) does not exist: nothing can go back to it\(advice)")
        case .otherType(let key)?:
            return Finding(.wrongType, .failure, "\(key) is not a stream: nothing can go back to it")
        case .exhausted(let key)?:
            return Finding(.exhausted, .failure, "\(key) has given its last id: nothing can go back to it")
        default: return nil
        }
    }
}
