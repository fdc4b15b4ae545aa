import ArgumentParser
import Caracal
import Postgres
import RESP
import Redis
import Rendering
import Text

/// `caracalctl outbox dispatch`
struct OutboxDispatchCommand: BusCommand {
    static let effect = Effect.writes
    static let configuration = CommandConfiguration(
        commandName: "dispatch",
        abstract: "Publish waiting rows as the services' dispatchers do. [writes]",
        discussion: """
            For when a service is down and its messages must go out. Rows are taken, published and marked as the table's own \
            dispatcher would: the same order, batch, lock, attempts, back-off, fields and signature (STREAMS_HMAC_KEY). Other \
            dispatchers may run at the same time: nobody publishes a row that another one has in hand.

            An XADD whose reply was lost is looked for in the stream before its row is marked. What cannot be known counts as a \
            failed attempt, and the row is published again; so is one that could not be marked, which ends with status 1. After kill -9 nothing is lost; the \
            rows in hand may be published twice. \
            A stream that does not exist is not created: its rows stay as they are.

            --follow waits for a server that is away, and for one that refuses for now. It ends with what a person has to change: \
            a password that Redis or the database refuses (77; trying again could lock the user out), a right that it cannot do \
            without, a certificate that is not trusted, a server that is no Redis.

            Rows for a stream are left alone (78) if fewer than half of its newest 20 signed entries, and not most of those of \
            the other streams, were signed with the key that is set: consumers skip what is signed with another key than theirs. \
            They are left alone too (75) while Redis refuses writes. --dry-run tells the same before anything is taken. \
            Where no row is due Redis is looked at all the same: it ends with 69, 75 or 77 if it is away, a replica or refuses, and \
            warns where it has none of the streams, or where the key may be another. \
            The trial needs the right to XREVRANGE; without it only the newest entry of each stream is tried, and a warning \
            says where none of those is signed. With --follow a stream that was left alone is tried again every 5 seconds.

            Like the services it trims each stream to about the MAXLEN of its dispatcher, streams without a bound too: \
            trimming deletes entries that a slow group has not read. DUE counts the rows that may be taken now; those that are to \
            be tried again later are not among them.

            Its service's variables apply, the first that is set. API: CARACAL_OUTBOX_BATCH or OUTBOX_BATCH_SIZE (32), \
            CARACAL_OUTBOX_LOCK_SEC or OUTBOX_LOCK_SEC (30), CARACAL_OUTBOX_MAX_ATTEMPTS or OUTBOX_MAX_ATTEMPTS (100), \
            CARACAL_OUTBOX_STREAM_MAXLEN or OUTBOX_STREAM_MAXLEN (100000), CARACAL_OUTBOX_POLL_MS or OUTBOX_POLL_MS (250). \
            Coordinator: OUTBOX_BATCH_SIZE (50), OUTBOX_MAX_ATTEMPTS (10), STREAMS_MAXLEN (100000), OUTBOX_INTERVAL_MS (1000). \
            caracalctl env shows what they come to.

              caracalctl outbox dispatch --dry-run
              caracalctl outbox dispatch --outbox coordinator
              caracalctl outbox dispatch --follow --yes
            """
    )

    @Flag(help: "Publish until nothing waits, then end (the default). Rows that are to be retried later are left.")
    var once = false

    @Flag(help: "Go on until Ctrl-C: wait for new rows, and for a server that is away.")
    var follow = false

    @OptionGroup var choice: OutboxChoice

    @Flag(help: "Do not sign.")
    var unsigned = false

    @Flag(help: "Publish though most of the newest entries of the stream were signed with another key.")
    var force = false

    @Flag(help: "Allow a line feed in a value, which makes what was signed ambiguous.")
    var allowNewline = false

    @Flag(help: "Publish nothing; show which rows wait, and whether their streams take them.")
    var dryRun = false

    @Flag(name: [.short, .long], help: "Do not ask for confirmation; required without a terminal.")
    var yes = false

    var isPreview: Bool { dryRun }

    var tableColumns: [Column]? { OutboxDispatchPresentation.columns }

    func validate() throws {
        if once, follow { throw ValidationError("--once and --follow contradict each other: give one") }
        if unsigned, force { throw ValidationError("--force is about the key, and --unsigned uses none: give one") }
    }

    func run(in session: Session) throws -> ExitStatus {
        try OutboxDispatchRun(session: session, options: self).run()
    }
}

/// One run of `outbox dispatch`: look at both sides, ask, publish, and show what became of the rows.
struct OutboxDispatchRun {
    let session: Session
    let options: OutboxDispatchCommand

    func run() throws -> ExitStatus {
        let confirmation = Confirmation(isGiven: options.yes)
        if !options.dryRun { try confirmation.requireSomebodyToAsk() }
        let setup = try setup()
        session.sayWarnings()
        let database = try session.database(isLooking: options.dryRun)
        var dispatch = Dispatch(setup, on: database, worker: Array(ConnectionName().description.utf8))
        do throws(DispatchEnding) { try dispatch.plan() } catch { throw CommandError(error) }
        try OutboxProblem.requireOne(dispatch.report.problems, of: options.choice.tables, at: database.target)
        let idle = dispatch.report.lines.isEmpty ? try lookAtRedis(dispatch) : []
        let planned = OutboxDispatchEndingText.findings(ofPlan: dispatch.report) + idle + unsigned
        session.say(planned)
        let waiting = dispatch.report.open
        if options.dryRun, waiting > 0 { return try preview(&dispatch, planned, database) }
        if waiting == 0, options.dryRun || !options.follow {
            let nothing = Finding(.nothing, .note, "no row is due that can be published: nothing was sent")
            try show(dispatch.report, planned + [nothing], database, isPreview: options.dryRun)
            session.say([nothing])
            return OutboxDispatchEndingText(dispatch.report).status
        }
        let rows = Format.count(waiting, "waiting row")
        let question: TerminalText =
            options.follow ? "Publish \(rows), and those to come, until Ctrl-C?" : "Publish \(rows)?"
        try session.ask(
            question,
            confirmation,
            about: presentation(dispatch.report, planned, database, isPreview: true)
        )
        let said = publish(&dispatch, of: waiting, besides: planned)
        let ending = OutboxDispatchEndingText(dispatch.report, besides: planned)
        try show(dispatch.report, planned + ending.findings, database, isPreview: false)
        session.say(ending.findings.filter { !said.contains($0.message.text) })
        return ending.status
    }

    /// What an operator should know of Redis where no row is due, and the plan did not look at it. One who follows waits for a server that
    /// is away: it is looked at again once a row is due.
    private func lookAtRedis(_ dispatch: Dispatch) throws -> [Finding] {
        do throws(DispatchEnding) {
            return OutboxDispatchEndingText.findings(of: try dispatch.lookAtRedis())
        } catch {
            let failure = CommandError(error)
            guard options.follow, !options.dryRun, error.mayPass else { throw failure }
            return [Finding(.waiting, .warning, "\(failure.message); looking again once a row is due")]
        }
    }

    /// What comes of leaving out the signature.
    private var unsigned: [Finding] {
        guard options.unsigned, SignatureRules(session.source).requiresSignatures else { return [] }
        return [
            Finding(
                .unsigned,
                .warning,
                "without a signature every consumer skips what is published, except where CARACAL_MODE is dev"
            )
        ]
    }

    /// Returns the messages that were said of the plan and on the way.
    private func publish(_ dispatch: inout Dispatch, of waiting: UInt64, besides planned: [Finding]) -> Set<String> {
        let progress = Progress(session)
        var said = Set(planned.map(\.message.text))
        // What stood in the way at the last round: once it is gone, it is said again when it comes back. How many rows are left alone
        // is no news.
        var standing = Set(Self.obstacles(dispatch.report).map(\.cause))
        func say(_ code: Finding.Code, _ message: TerminalText) {
            guard options.follow, said.insert(message.text).inserted else { return }
            progress.hide()
            session.say(.warning, code: code, message)
        }
        dispatch.run(follows: options.follow) { stop in
            say(.waiting, "\(CommandError(stop).message); trying again")
        } afterRound: { report in
            let obstacles = Self.obstacles(report)
            for (cause, finding) in obstacles where !standing.contains(cause) {
                said.remove(finding.message.text)
                say(finding.code, finding.message)
            }
            standing = Set(obstacles.map(\.cause))
            let done = report.sum { $0.published + $0.failed }
            progress.show("rows".utf8, done: done, of: options.follow ? nil : max(waiting, done))
        }
        progress.clear()
        return said
    }

    /// What keeps rows from being taken, as far as that may pass, each with its cause.
    private static func obstacles(_ report: DispatchReport) -> [(cause: String, finding: Finding)] {
        report.problems.map { ($0.finding.message.text, $0.finding) }
            + zip(OutboxDispatchEndingText.causes(in: report), OutboxDispatchEndingText.problems(of: report))
            .map { (cause: $0, finding: $1) }
    }

    private func preview(
        _ dispatch: inout Dispatch,
        _ findings: [Finding],
        _ database: PostgresConnection
    ) throws -> ExitStatus {
        let commands: [Command]
        do throws(DispatchEnding) { commands = try dispatch.preview() } catch { throw CommandError(error) }
        let ending = OutboxDispatchEndingText(dispatch.report, besides: findings, isPreview: true)
        try show(dispatch.report, findings + ending.findings, database, isPreview: true)
        session.trace(planned: commands)
        session.say(ending.findings)
        return ending.status
    }

    private func show(
        _ report: DispatchReport,
        _ findings: [Finding],
        _ database: PostgresConnection,
        isPreview: Bool
    ) throws {
        try session.present(presentation(report, findings, database, isPreview: isPreview))
    }

    private func presentation(
        _ report: DispatchReport,
        _ findings: [Finding],
        _ database: PostgresConnection,
        isPreview: Bool
    ) -> OutboxDispatchPresentation {
        OutboxDispatchPresentation(
            report: report,
            server: DatabasePresentation(database),
            findings: findings,
            isPreview: isPreview,
            problemsOnly: session.output.isQuiet.value
        )
    }
}

// MARK: - How it works

extension OutboxDispatchRun {
    private func setup() throws -> Dispatch.Setup {
        let session = session
        return Dispatch.Setup(
            outboxes: try options.choice.tables.map { ($0, try DispatchRules.read(for: $0, session.source)) },
            key: try key(),
            allowsNewlines: options.allowNewline,
            allowsOtherKey: options.force,
            connect: { () throws(RedisError) in
                let name = ConnectionName()
                let connection = try session.open(as: name)
                return session.reconnecting(connection, as: name) { session.sayMoved(from: connection, to: $0) }
            },
            confirmation: { channel in
                PublishConfirmation(replicas: nil, mastership: session.masterCheck, isCluster: channel.isCluster)
            }
        )
    }

    /// The key that every outbox message is signed with, audit frames too; nil where none is to be signed.
    private func key() throws -> SigningKey? {
        guard !options.unsigned else { return nil }
        guard let loaded = try KeySettings(session.source).load(.fields) else {
            throw CommandError(
                .configuration,
                "there is no key to sign with: set STREAMS_HMAC_KEY or STREAMS_HMAC_KEY_FILE, or say --unsigned; "
                    + "nothing was sent"
            )
        }
        if let warning = loaded.warning { session.say(.warning, code: .keyFileReadable, "\(warning)") }
        return loaded.key
    }
}
