import Caracal
import RESP
import Redis
import Rendering

/// One run of `claim` or `ack`: look, plan, say what it means, ask, act, and show what became of every entry.
struct GroupChangeRun {
    let session: Session
    let options: ChangeOptions
    let words: GroupChangeWords
    /// Whether the operator named the entries: then one that could not be changed is a finding.
    let namesEntries: Bool

    typealias Reopen = () throws(RedisError) -> any CommandChannel

    func run(
        plan: (any CommandChannel) throws(RedisError) -> Result<GroupChange, GroupRefusal>,
        command: @escaping (EntryChange) -> Command,
        apply: (GroupChange, any CommandChannel, @escaping Reopen) throws(RedisError) -> Result<
            GroupChange, GroupRefusal
        >
    ) throws -> ExitStatus {
        let confirmation = Confirmation(isGiven: options.yes)
        if !options.dryRun { try confirmation.requireSomebodyToAsk() }
        let connection = try session.connect()
        let planned = try checked(plan(connection), connection)
        session.say(planned.findings)
        if options.dryRun {
            try show(planned, connection, command)
            sayLeftOut(planned)
            return status(of: planned)
        }
        guard !planned.planned.isEmpty else {
            try show(planned, connection)
            session.say([Finding("nothing", .note, "nothing to do: nothing was sent")])
            return status(of: planned)
        }
        try confirmation.ask(words.question(planned))
        let settings = session.settings
        let done = try checked(
            apply(planned, connection) { () throws(RedisError) in try Reconnect(settings, after: connection).run() },
            connection
        )
        try show(done, connection)
        return status(of: done)
    }

    private func checked(
        _ result: Result<GroupChange, GroupRefusal>,
        _ connection: any CommandChannel
    ) throws(Failure) -> GroupChange {
        switch result {
        case .success(let change): return change
        case .failure(let refusal): throw Failure(refusal, by: connection.endpoint.description)
        }
    }

    private func show(
        _ change: GroupChange,
        _ connection: any CommandChannel,
        _ command: ((EntryChange) -> Command)? = nil
    ) throws {
        try session.present(
            GroupChangePresentation(
                change: change,
                words: words,
                server: ServerPresentation(connection),
                command: command,
                problemsOnly: session.output.isQuiet.value
            )
        )
        if change.isCutShort {
            session.say(.note, code: "more", "more entries qualify than were taken up (--limit)")
        }
    }

    /// The list of commands has no place for entries that none is sent for.
    private func sayLeftOut(_ change: GroupChange) {
        session.say(
            change.changes.filter { $0.outcome != .planned }.map { change in
                let reason = change.outcome.reason ?? change.outcome.name(done: words.done)
                return Finding(change.outcome.name(done: words.done), .warning, "\(change.id): \(reason)")
            }
        )
    }

    private func status(of change: GroupChange) -> ExitStatus {
        if change.count(where: { $0 == .unknown }) > 0 { return .unknownOutcome }
        let refusals = change.changes.compactMap { change -> Refusal? in
            if case .refused(let refusal) = change.outcome { refusal } else { nil }
        }
        if !refusals.isEmpty { return ExitStatus([], refusals: refusals) }
        let isUndone = change.count { $0 == .planned } > 0 && !options.dryRun
        let isMissed = namesEntries && change.count { !$0.isAsWished } > 0
        return isUndone || isMissed ? .finding : .success
    }
}

extension EntryOutcome {
    /// Whether the entry is, or will be, where the operator wants it.
    fileprivate var isAsWished: Bool {
        switch self {
        case .planned, .done, .alreadyHeld: true
        case .notPending, .gone, .taken, .settledMeanwhile, .refused, .unknown: false
        }
    }
}
