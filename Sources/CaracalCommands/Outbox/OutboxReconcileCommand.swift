import ArgumentParser
import Caracal
import Postgres
import Redis
import Rendering
import Text

/// `caracalctl outbox reconcile`
struct OutboxReconcileCommand: BusCommand {
    static let effect = Effect.writes
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Compare published rows with the entries of the streams. [reads; --requeue: writes]",
        discussion: """
            Reads the rows that were published, then the streams, then looks once more for what is missing. Shows what is not \
            as it should be: lost (published, and in no stream or dead letter; ends with status 1), invalid (consumers skip all \
            its entries, for their signatures; ends with status 1), duplicate (two entries of one row; ends with status 1 where \
            consumers skip one that came behind one that they take: forged, or published again with another key), unknown (not \
            there, and perhaps trimmed or deleted), orphan (an entry whose outbox_id has no row: the row was cleaned up, or it was \
            published past the outbox; ends with status 1 where its signature is not valid). A row that a dispatcher has yet to \
            publish is nothing. Signatures are checked with the keys of verify-sig; without a key it says that they were not. What \
            was signed before the key was changed is not valid: --since leaves it out.

            --since and --until choose rows by when they were made, and find them by their ids (UUIDv7). \
            --requeue returns the lost rows that are listed to waiting, after the plan; the services' dispatchers publish them again under their own ids. --unknown takes \
            those too that may have been trimmed or deleted: who has read them gets them twice. --invalid takes those whose \
            entries are all invalid.

            --requeue needs --force where it may be the wrong Redis: none of a hundred rows or more has an entry, and no stream \
            exists there, or none ever had an entry; or none of ten, and there are entries without a row. With --invalid, --force is about the key: it is needed where this may \
            be the wrong one, or the one of before. The newest signatures of the other streams tell, of the time in which this \
            stream's were not valid: at least half are not valid either; or there are none, or they may not be read, and most of \
            this stream's are not valid, or the newest five. What could not be read ends --requeue with its status too (77, 75; 1 for a key that holds no stream).

              caracalctl outbox reconcile --since 2h
              caracalctl outbox reconcile --stream sessions.revoke -n 100
              caracalctl outbox reconcile --since 2h --requeue --dry-run
              caracalctl outbox reconcile --since 3h --requeue --unknown --dry-run
            """
    )

    @OptionGroup var rows: OutboxRowOptions

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("List, and requeue, at most this many of each kind (default: 1000).", valueName: "count")
    )
    var limit: String?

    @Flag(help: "Return the lost rows that are listed to waiting.")
    var requeue = false

    @Flag(help: "With --requeue: those too whose entries may have been trimmed or deleted.")
    var unknown = false

    @Flag(help: "With --requeue: those too of which consumers skip every entry.")
    var invalid = false

    @Flag(help: "With --requeue: even if this seems to be another Redis, or with --invalid another key.")
    var force = false

    @OptionGroup var change: ChangeOptions

    var isPreview: Bool { !requeue || change.dryRun }

    func validate() throws {
        _ = try OptionText.count(limit, "--limit")
        _ = try times()
        let changing = [
            ("--dry-run", change.dryRun), ("--yes", change.yes), ("--unknown", unknown), ("--invalid", invalid),
            ("--force", force),
        ]
        if !requeue, let option = changing.first(where: \.1)?.0 {
            throw ValidationError("\(option) goes with --requeue: without it nothing is changed")
        }
    }

    var tableColumns: [Column]? {
        requeue ? OutboxChangeWords.requeue(areNamed: false).columns : ReconcilePresentation.columns
    }

    func run(in session: Session) throws -> ExitStatus {
        let times = try times()
        let reconcile = OutboxReconcile(
            streams: try rows.streams.resolve(allowsAny: change.anyStream),
            since: times.since,
            until: times.until,
            limit: Int(clamping: try OptionText.count(limit, "--limit") ?? 1_000)
        )
        if requeue, !change.dryRun { try Confirmation(isGiven: change.yes).requireSomebodyToAsk() }
        Interruption.catchSignals()
        let database = try session.database(isLooking: isPreview)
        let (report, place) = try compare(reconcile, database, session)
        let server = DatabasePresentation(database)
        let sides = ComparedSides(database: server, redis: place)
        let findings = report.findings(sides)
        guard requeue else {
            try session.present(
                ReconcilePresentation(
                    report: report,
                    sides: sides,
                    findings: findings,
                    isQuiet: session.output.isQuiet.value
                )
            )
            session.say(findings)
            if let failure = CommandError(report.ending) { throw failure }
            return status(of: report)
        }
        session.say(findings)
        if let failure = CommandError(report.ending) ?? doubt(about: report) { throw failure }
        let status = try OutboxChangeRun(
            session: session,
            options: change,
            change: OutboxRequeue.change,
            words: .requeue(areNamed: false),
            tables: OutboxTable.allCases
        ).run(
            plan: { _ throws(PostgresError) in report.requeue(statuses) },
            nothing: { _ throws(PostgresError) in nothing(report) }
        )
        // In what could not be read more may be lost.
        return status == .success ? gap(in: report) : status
    }

    /// The status that streams come to which could not be read, or are none.
    private func gap(in report: ReconcileReport) -> ExitStatus {
        ExitStatus(report.otherTypes, refusals: report.unread.map(\.refusal))
    }

    private func times() throws -> (since: UInt64?, until: UInt64?) {
        try rows.times(otherwise: "nothing would be compared")
    }

    /// How the rows stand that are to be returned.
    private var statuses: Set<ReconcileStatus> {
        Set<ReconcileStatus>([.lost]).union(unknown ? [.unknown] : []).union(invalid ? [.invalid] : [])
    }

    /// Why nothing is to be returned before somebody has looked; nil where nothing speaks against it.
    private func doubt(about report: ReconcileReport) -> CommandError? {
        // Who forces the key does not force the server: no row is invalid where none has an entry.
        if !force || invalid, !report.requeue(statuses).items.isEmpty, let doubt = report.serverDoubt {
            return CommandError(.configuration, Self.refusal(for: doubt, of: report, without: invalid))
        }
        guard invalid, !force, let key = report.doubtfulKey else { return nil }
        let condition: TerminalText = key.valid == 0 ? ", and all entries are invalid" : ""
        return CommandError(
            .configuration,
            """
            \(key.evidence): this may be the wrong key, and nothing was changed; if it is the right one\(condition): --force
            """
        )
    }

    /// What a doubt about the server comes to, and what to do where there is none.
    ///
    /// - Parameter invalid: whether --invalid was given, with which --force is about the key.
    private static func refusal(
        for doubt: ReconcileReport.ServerDoubt,
        of report: ReconcileReport,
        without invalid: Bool
    ) -> TerminalText {
        let override: TerminalText = invalid ? "the same without --invalid, and with --force" : "--force"
        let changed: TerminalText = "nothing was changed; if it is the right one"
        switch doubt {
        case .noStreams:
            let again: TerminalText = invalid ? override : "this again with --force"
            return
                "this may be the wrong Redis: \(changed), and all of it is lost: caracalctl provision, then \(again)"
        case .neverUsed:
            return
                "this may be the wrong Redis (none of its streams ever had an entry): \(changed), and all of it is lost: \(override)"
        case .onlyOthers:
            let rows = Format.count(report.checked, "row")
            return "this may be the wrong Redis (it has entries, and none of \(rows)): \(changed): \(override)"
        }
    }

    /// What to say where no row is to be returned.
    private func nothing(_ report: ReconcileReport) -> TerminalText {
        let isWhole =
            report.unread.isEmpty && report.otherTypes.isEmpty && report.problems.allSatisfy { $0.reason == .missing }
        let none: TerminalText = statuses == [.lost] ? "nothing is lost" : "there is nothing to return"
        let left = [(ReconcileStatus.unknown, "--unknown"), (.invalid, "--invalid")].flatMap { status, option in
            let (open, fixed) = report.returnable(status)
            let parts: [(UInt64, TerminalText)] = [
                (statuses.contains(status) ? 0 : open, "\(option) takes those"),
                (fixed, "not returned: \(fixed == 1 ? "its entry" : "their entries") may be there still"),
            ]
            return parts.filter { $0.0 > 0 }.map { count, remark in
                "\(Format.grouped(UInt(clamping: count))) \(status.rawValue) (\(remark))" as TerminalText
            }
        }
        let start: TerminalText = isWhole ? none : "of what could be read, \(none)"
        return left.isEmpty ? start : "\(start), and \(left.joined(separator: ", "))"
    }

    private func compare(
        _ reconcile: OutboxReconcile,
        _ database: PostgresConnection,
        _ session: Session
    ) throws -> (report: ReconcileReport, redis: TerminalText) {
        let keys = try DeadLetterKeys.load(session)
        guard !invalid || keys.fields != nil || keys.audit != nil else {
            let names = SignatureScheme.allCases.map(\.keyVariable).joined(separator: " or ")
            throw CommandError(
                .configuration,
                "there is no key to check with, and --invalid goes by signatures: set \(names) (or its _FILE twin); nothing was changed"
            )
        }
        let judge =
            keys.fields == nil && keys.audit == nil
            ? nil : try EntryJudge(keys: keys, rules: SignatureRules(session.source))
        let channel = session.reconnecting(try session.connect()) { successor in
            session.say(.warning, code: .reconnected, "connection lost: connected to \(successor.place) again")
        }
        let progress = Progress(session)
        let report = try reconcile.run(on: database, channel, judge: judge) { page in
            progress.show(page.subject, done: page.done, of: nil)
        }
        progress.clear()
        try OutboxProblem.requireOne(report.problems, at: database.target)
        return (report, "\(channel.connection.place)")
    }

    private func status(of report: ReconcileReport) -> ExitStatus {
        let forged = report.forgedDuplicates + report.invalidOrphans
        if report.count(.lost) + report.count(.invalid) + forged > 0 { return .finding }
        let status = gap(in: report)
        return status == .success ? OutboxProblem.status(report.problems) : status
    }
}

extension CommandError {
    /// Why a comparison is not whole; nil when it is.
    fileprivate init?(_ ending: ReconcileReport.Ending) {
        let rest: TerminalText = "the rest was not compared"
        switch ending {
        case .complete: return nil
        case .interrupted(let signal): self = .interrupted(by: signal, rest)
        case .lost(let error): self = CommandError(error).adding(rest)
        case .tooManyStreams(let limit):
            self.init(
                .configuration,
                "published rows are for more than \(limit) streams: name those to compare with --stream; \(rest)"
            )
        case .databaseFailed(let error): self = CommandError(error).adding(rest)
        }
    }
}
