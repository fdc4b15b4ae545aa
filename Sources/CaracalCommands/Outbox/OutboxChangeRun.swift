import Caracal
import Postgres
import Redis
import Rendering
import Text

/// How one kind of change to rows is spoken of.
struct OutboxChangeWords: Sendable {
    /// The schema of its envelope.
    let schema: String
    /// What a row is once it is done: `requeued`.
    let done: String
    /// Whether the operator named the rows: then all of them are shown.
    let areNamed: Bool
    /// Whether it is about locks.
    let isOfLocks: Bool
    private let ask: @Sendable (TerminalText) -> TerminalText

    /// Asked before it is done.
    func question(_ plan: OutboxPlan) -> TerminalText {
        let count = plan.count(.planned)
        return ask("\(Format.count(count, "row"))")
    }

    /// Returning rows to waiting.
    static func requeue(areNamed: Bool) -> OutboxChangeWords {
        OutboxChangeWords(
            schema: "caracalctl.outbox-requeue/1",
            done: "requeued",
            areNamed: areNamed,
            isOfLocks: false
        ) { "Return \($0) to waiting?" }
    }

    /// Taking locks off.
    static let unlock = OutboxChangeWords(
        schema: "caracalctl.outbox-unlock/1",
        done: "unlocked",
        areNamed: false,
        isOfLocks: true
    ) { "Take the locks off \($0)?" }

    /// The columns of its table.
    var columns: [Column] {
        let worker = isOfLocks ? [Column("WORKER", isFlexible: true, priority: 6)] : []
        return [
            Column("OUTBOX", priority: 5), .stream, Column("ID"), Column("AGE", .right, priority: 3),
            Column("WAS", priority: 2), Column("TRIES", .right, priority: 4),
        ] + worker + [Column("RESULT"), Column("", name: "REASON", priority: 1)]
    }

    /// What is to happen next with rows that were changed; nil where none was.
    func sequel(of plan: OutboxPlan) -> Finding? {
        let done = plan.count(.done)
        guard done > 0 else { return nil }
        let tables = OutboxTable.allCases.filter { table in
            plan.items.contains { $0.outcome == .done && $0.row?.outbox == table }
        }
        let owners = tables.map { $0 == .api ? "the API" : "the Coordinator" }.joined(separator: " and ")
        let choice: TerminalText = tables.count == 1 ? " --outbox \(tables[0].rawValue)" : ""
        return Finding(
            .continue,
            .note,
            "\(owners) \(tables.count == 1 ? "publishes" : "publish") \(done == 1 ? "it" : "them") next; while "
                + "\(tables.count == 1 ? "it" : "one") is down: caracalctl outbox dispatch\(choice)"
        )
    }
}

/// One run of a change to rows: look, plan, say what it means, ask, act, and show what became of every row.
struct OutboxChangeRun {
    let session: Session
    let options: ChangeOptions
    /// The change.
    let change: RowChange
    let words: OutboxChangeWords
    /// The tables that it is about.
    let tables: [OutboxTable]

    /// - Parameters:
    ///   - plan: looks and plans.
    ///   - nothing: what to say where there is nothing to do.
    func run(
        plan: (PostgresConnection) throws(PostgresError) -> OutboxPlan,
        nothing: (PostgresConnection) throws(PostgresError) -> TerminalText = { _ in "nothing to do" }
    ) throws -> ExitStatus {
        let confirmation = Confirmation(isGiven: options.yes)
        if !options.dryRun { try confirmation.requireSomebodyToAsk() }
        let (database, planned) = try session.beforeWriting {
            let database = try session.database(isLooking: options.dryRun)
            return (database, try plan(database))
        }
        try OutboxProblem.requireOne(planned.problems, of: tables, at: database.target)
        let findings = findings(planned)
        session.say(findings)
        guard !options.dryRun, planned.count(.planned) > 0 else {
            var remarks: [Finding] = []
            if planned.count(.planned) == 0 {
                remarks.append(Finding(.nothing, .note, "\(try nothing(database)): nothing was changed"))
            }
            try show(planned, findings + remarks, database, isPreview: options.dryRun)
            if options.dryRun, session.output.isTracing.value {
                for statement in change.statements(planned) {
                    session.say(.note, code: .notSent, "planned: \(statement)")
                }
            }
            session.say(remarks)
            return status(of: planned)
        }
        let preview = presentation(planned, findings, database, isPreview: true, problemsOnly: false)
        try session.ask(words.question(planned), confirmation, about: preview)
        let progress = Progress(session)
        let total = planned.count(.planned)
        let done = change.apply(planned, on: database) { plan in
            progress.show(Array("rows".utf8), done: UInt64(total - plan.count(.planned)), of: UInt64(total))
        }
        progress.clear()
        let ending = ending(done, database)
        let finding = [ending?.finding, words.sequel(of: done)].compactMap { $0 }
        try show(done, findings + finding, database, isPreview: false)
        session.say(finding)
        return ending?.status ?? status(of: done)
    }

    private func findings(_ plan: OutboxPlan) -> [Finding] {
        var findings = plan.problems.map(\.finding)
        let published = plan.items.count { $0.outcome == .planned && $0.row?.state == .published }
        if published > 0, words.done == "requeued" {
            let rows = Format.count(published, "row was", "rows were")
            findings.append(
                Finding(.deliversAgain, .warning, "\(rows) published before: consumers may get such a message twice")
            )
        }
        let errors = plan.items.count { $0.outcome == .planned && $0.row?.lastError != nil }
        if errors > 0, !words.isOfLocks {
            findings.append(
                Finding(
                    .erasesErrors,
                    .note,
                    "the last error of \(Format.count(errors, "row")) is erased with this; -o json shows \(errors == 1 ? "it" : "each")"
                )
            )
        }
        if plan.isCutShort { findings.append(Finding(.more, .note, "stopped at --limit; more rows match")) }
        return findings
    }

    /// What it ends with where not all was done; nil where it was.
    private func ending(_ plan: OutboxPlan, _ database: PostgresConnection) -> WriteEndingText? {
        guard let ending = plan.ending else { return nil }
        let counts = [
            (plan.count(.done), words.done), (plan.count(.planned), "not done"), (plan.count(.unknown), "unknown"),
        ]
        let parts = counts.filter { $0.0 > 0 }.map { "\(Format.grouped($0.0)) \($0.1)" }.joined(separator: ", ")
        let outcome: TerminalText = "of \(Format.count(plan.items.count, "row")) \(parts)"
        switch ending {
        case .interrupted(let signal):
            return WriteEndingText(ExitStatus(signal: signal), .interrupted, "interrupted: \(outcome)")
        case .failed(let error):
            let failure = CommandError(error)
            return WriteEndingText(failure.status, .failed, "\(failure.message); \(outcome)")
        }
    }

    private func status(of plan: OutboxPlan) -> ExitStatus {
        // What may not be read may have a row that is missing.
        let lack = OutboxProblem.status(plan.problems)
        if lack == .noRights { return lack }
        return plan.items.contains { !$0.outcome.isAsWished } ? .finding : lack
    }

    private func show(
        _ plan: OutboxPlan,
        _ findings: [Finding],
        _ database: PostgresConnection,
        isPreview: Bool
    ) throws {
        let problemsOnly = session.output.isQuiet.value
        try session.present(presentation(plan, findings, database, isPreview: isPreview, problemsOnly: problemsOnly))
    }

    private func presentation(
        _ plan: OutboxPlan,
        _ findings: [Finding],
        _ database: PostgresConnection,
        isPreview: Bool,
        problemsOnly: Bool
    ) -> OutboxChangePresentation {
        OutboxChangePresentation(
            plan: plan,
            words: words,
            server: DatabasePresentation(database),
            findings: findings,
            isPreview: isPreview,
            problemsOnly: problemsOnly,
            routed: session.routed
        )
    }
}
