import Caracal
import RESP
import Redis
import Rendering
import Text

/// One run of `claim` or `ack`: look, plan, say what it means, ask, act, and show what became of every entry.
struct GroupChangeRun {
    let session: Session
    let options: ChangeOptions
    let words: GroupChangeWords
    /// Whether the operator named the entries: then one that could not be changed is a finding.
    let namesEntries: Bool

    func run(
        plan: (any CommandChannel) throws(RedisError) -> Result<GroupChange, StreamProblem>,
        command: @escaping (EntryChange) -> Command,
        apply: (GroupChange, ReconnectingChannel, (GroupChange) -> Void) -> GroupChange
    ) throws -> ExitStatus {
        let confirmation = Confirmation(isGiven: options.yes)
        if !options.dryRun { try confirmation.requireSomebodyToAsk() }
        let (connection, planned) = try session.beforeWriting {
            let connection = try session.connect()
            return (connection, try checked(plan(connection), connection))
        }
        session.say(planned.findings + batches(planned))
        if options.dryRun {
            try show(planned, connection, command)
            session.trace(planned: planned.planned.map { command(planned.changes[$0]) })
            sayNothing(planned)
            return status(of: planned)
        }
        guard !planned.planned.isEmpty else {
            try show(planned, connection)
            sayNothing(planned)
            return status(of: planned)
        }
        let preview = presentation(planned, connection, command, [], problemsOnly: false)
        try session.ask(words.question(planned), confirmation, about: preview)
        let progress = Progress(session)
        let done = apply(planned, session.reconnecting(connection)) { change in
            progress.show(change.group, done: planned.left - min(planned.left, change.left), of: planned.left)
        }
        progress.clear()
        let ending = ending(of: done, by: connection)
        try show(done, connection, adding: ending?.finding)
        return ending?.status ?? status(of: done)
    }

    /// What it ends with where not all was done; nil where it was.
    private func ending(of change: GroupChange, by connection: any CommandChannel) -> WriteEndingText? {
        guard let ending = change.ending else { return nil }
        let refused = UInt64(change.count { if case .refused = $0 { true } else { false } })
        let counts = [
            (change.done, words.done), (change.left.saturatingAdd(refused), "not done"), (change.unknown, "unknown"),
        ]
        let parts = counts.filter { $0.0 > 0 }.map { "\(Format.grouped(Int(clamping: $0.0))) \($0.1)" }
        let outcome: TerminalText =
            "of \(Format.count(change.total, "entry", "entries")) \(parts.joined(separator: ", "))"
        switch ending {
        case .write(let ending):
            return WriteEndingText(
                ending,
                by: connection.endpoint.description,
                outcome: outcome,
                unsettled: change.unsettled
            )
        case .noConsumer:
            let message: TerminalText = "the consumer was removed since the plan was made; \(outcome)"
            return WriteEndingText(.finding, .noConsumer, message)
        case .noGroup:
            let message: TerminalText = "\(change.group) was destroyed since the plan was made; \(outcome)"
            return WriteEndingText(.finding, .noGroup, message)
        }
    }

    private func checked(
        _ result: Result<GroupChange, StreamProblem>,
        _ connection: any CommandChannel
    ) throws(CommandError) -> GroupChange {
        switch result {
        case .success(let change): return change
        case .failure(let refusal): throw CommandError(refusal, by: connection.endpoint.description)
        }
    }

    private func show(
        _ change: GroupChange,
        _ connection: any CommandChannel,
        _ command: ((EntryChange) -> Command)? = nil,
        adding finding: Finding? = nil
    ) throws {
        let rest = change.unlisted.map { unlisted($0, isPlan: command != nil) }
        let more = change.isCutShort ? Finding(.more, .note, "stopped at --limit; more entries match") : nil
        let remarks = [rest, finding, more].compactMap { $0 }
        let problemsOnly = session.output.isQuiet.value
        try session.present(presentation(change, connection, command, remarks, problemsOnly: problemsOnly))
        session.say(remarks)
    }

    private func presentation(
        _ change: GroupChange,
        _ connection: any CommandChannel,
        _ command: ((EntryChange) -> Command)?,
        _ remarks: [Finding],
        problemsOnly: Bool
    ) -> GroupChangePresentation {
        GroupChangePresentation(
            change: change,
            words: words,
            server: ServerPresentation(connection),
            command: command,
            limit: namesEntries ? nil : PlanLines.usual,
            remarks: remarks,
            problemsOnly: problemsOnly,
            routed: session.routed
        )
    }

    /// How long the entries of the plan were held, where that is not about the same for all of them.
    private func batches(_ plan: GroupChange) -> [Finding] {
        let batches = plan.batches
        guard batches.count > 1 else { return [] }
        let shown: [TerminalText] = batches.prefix(Self.shownBatches).map { batch in
            let time = batch.longest.map { "held for \(Format.age(milliseconds: Int(clamping: $0)))" } ?? "given back"
            let tries = batch.deliveries > 1 ? " and delivered up to \(batch.deliveries) times" : ""
            return "\(Format.count(batch.count, "entry", "entries")) \(time)\(tries)"
        }
        let rest = batches.dropFirst(Self.shownBatches).reduce(0) { $0 + $1.count }
        let more: TerminalText = rest > 0 ? ", \(Format.grouped(UInt(rest))) for less" : ""
        return [Finding(.batches, .note, stream: plan.stream.name, shown.joined(separator: ", ") + more)]
    }

    /// How many batches are told apart in a line.
    private static let shownBatches = 3

    private func sayNothing(_ plan: GroupChange) {
        guard plan.planned.isEmpty else { return }
        session.say([Finding(.nothing, .note, "nothing to do: nothing was sent")])
    }

    private func unlisted(_ rest: UnlistedEntries, isPlan: Bool) -> Finding {
        let entries = "\(Format.count(rest.count, "more entry", "more entries")) from \(rest.first) to \(rest.last)"
        let alone = rest.leftAlone > 0 ? ", \(Format.grouped(Int(clamping: rest.leftAlone))) left alone" : ""
        let done = "\(Format.grouped(Int(clamping: rest.done))) \(words.done)\(alone)"
        let text = isPlan ? "without --dry-run they are \(words.done) too" : done
        return Finding(.notListed, .note, "\(entries) are not listed: \(text)")
    }

    private func status(of change: GroupChange) -> ExitStatus {
        namesEntries && change.count { !$0.isAsWished } > 0 ? .finding : .success
    }
}

extension EntryOutcome {
    /// Whether the entry is, or will be, where the operator wants it.
    fileprivate var isAsWished: Bool {
        switch self {
        case .planned, .done, .alreadyHeld: true
        case .notPending, .gone, .taken, .settledMeanwhile, .reappeared, .refused, .unknown: false
        }
    }
}

/// How one kind of change is spoken of.
struct GroupChangeWords: Sendable {
    /// The schema of its envelope.
    let schema: String
    /// What an entry is once it is done: `claimed`.
    let done: String
    /// The question, given the number of entries as words.
    private let ask: @Sendable (TerminalText) -> TerminalText

    /// Asked before it is done.
    func question(_ change: GroupChange) -> TerminalText {
        let entries = Format.count(change.left, "entry", "entries")
        let first = change.planned.first.map { change.changes[$0].id }
        let range: TerminalText = change.unlisted.map { rest in " from \(first ?? rest.first) to \(rest.last)" } ?? ""
        return ask(
            "\(entries)\(range) of \(change.group) on \(change.stream.name)"
        )
    }

    /// Handing entries to a consumer.
    static func claim(_ consumer: String) -> GroupChangeWords {
        GroupChangeWords(schema: "caracalctl.claim/1", done: "claimed") { "Hand \($0) to \(consumer)?" }
    }

    /// Acknowledging entries.
    static let acknowledge = GroupChangeWords(schema: "caracalctl.ack/1", done: "acknowledged") {
        "Acknowledge \($0)?"
    }
}
