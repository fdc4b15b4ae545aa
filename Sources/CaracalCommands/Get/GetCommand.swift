import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl get`
struct GetCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "get",
        _superCommandName: Caracalctl.name,
        abstract: "Show one entry and where each group stands towards it. [reads]",
        discussion: """
            Only the entry of that id is shown, never its neighbour. One that is not there was deleted (XDEL), trimmed (the \
            stream begins behind it) or never added (its id lies behind the last one), or that is unknown: before Redis 7, and \
            of streams that come from there, the server does not tell what was removed. Ends with status 1 when it is not there.

            A group has the entry pending, or it waits for it, or has passed it: it was acknowledged, or passed over by SETID or \
            a start at $, which the server does not tell apart. Where DATABASE_URL is set, the row of the outbox is shown that \
            the entry came from. caracalctl trace follows a message through all streams.

              caracalctl get sessions.revoke 1767443990017-2
              caracalctl get audit.events.dlq 1767443990017-2 -o json
              caracalctl get sessions.revoke.dead 1767443990017
            """
    )

    @Argument(
        help: ArgumentHelp("The stream, with or without caracal. before it, or its .dead stream.", valueName: "stream"),
        completion: .streams
    )
    var stream: String

    @Argument(
        help: ArgumentHelp(
            "The entry's id; its first half will do where one entry is of that millisecond.",
            valueName: "id"
        )
    )
    var id: String

    @Flag(help: "Accept stream names that are not in the provisioning table.")
    var anyStream = false

    func validate() throws { _ = try OptionText.ids([id]) }

    func run(in session: Session) throws -> ExitStatus {
        let target = SignatureTarget(key: try StreamNames.key(of: stream, allowsAny: anyStream))
        var judge = try EntryJudge(keys: DeadLetterKeys.load(session), rules: SignatureRules(session.source))
        let connection = try session.connect()
        let look = EntryLook(target: target, id: try OptionText.ids([id])[0])
        let report: EntryLook.Report
        switch try look.run(on: connection, judge: &judge) {
        case .success(let found): report = found
        case .failure(.stream(let problem)): throw CommandError(problem, by: connection.endpoint.description)
        case .failure(.several(let first, let second)):
            throw CommandError(
                .usage,
                "several entries are of that millisecond, \(first) and \(second) first: give the whole id"
            )
        }
        let rows = try TraceRows(ids: report.entry?.outboxID.map { [$0] } ?? [], in: session)
        let findings = report.findings + rows.findings
        try session.present(
            GetPresentation(report: report, rows: rows, findings: findings, server: ServerPresentation(connection))
        )
        session.say(findings)
        return ExitStatus(findings, refusals: report.refusals)
    }
}

extension EntryLook.Report {
    /// What there is to say beside the entry.
    fileprivate var findings: [Finding] {
        let stream = target.stream.name
        let absent = absence.map {
            Finding(
                .noEntry,
                .failure,
                stream: stream,
                "\(id) is not in \(DeadLetterWords.name(target.key)): \($0.sentence)"
            )
        }
        let refused = refusals.first.map {
            Finding(.notPermitted, .warning, stream: stream, "where groups stand is not known: \($0.text)")
        }
        return [absent, refused].compactMap(\.self)
    }
}

extension EntryAbsence {
    /// What became of an entry, in a clause.
    var sentence: TerminalText {
        switch fate {
        case .present: "it is there"
        case .deleted: "it was deleted (\(evidence))"
        case .trimmed: "it was trimmed (\(evidence))"
        case .neverAdded: "it was never added (\(evidence))"
        case .unknown: "what became of it is unknown (\(evidence))"
        }
    }
}
