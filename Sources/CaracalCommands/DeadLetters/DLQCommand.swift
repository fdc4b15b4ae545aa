import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl dlq`
struct DLQCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dlq",
        abstract: "Show and manage dead letters. [reads; redrive and purge: writes]",
        discussion: """
            Dead letters are in audit.events.dlq, where the Audit service puts events that it cannot store, and in a .dead \
            stream beside every other stream. Without a subcommand, dlq counts them by reason.

              caracalctl dlq
              caracalctl dlq ls --reason pg_permanent_error
              caracalctl dlq show 1767443990017-2
              caracalctl dlq redrive --reason pg_permanent_error --dry-run
              caracalctl dlq export --to dead.ndjson && \\
                  caracalctl dlq purge --exported dead.ndjson
            """,
        subcommands: [
            DLQSummaryCommand.self, DLQLsCommand.self, DLQShowCommand.self, DLQExportCommand.self,
            DLQRedriveCommand.self, DLQPurgeCommand.self,
        ],
        defaultSubcommand: DLQSummaryCommand.self
    )
}

/// `caracalctl dlq summary`, and `caracalctl dlq` alone
struct DLQSummaryCommand: BusCommand {
    static let effect = Effect.reads
    static let hasMetrics = true
    static let configuration = CommandConfiguration(
        commandName: "summary",
        abstract: "Count dead letters by reason and check the signatures inside. [reads]",
        discussion: """
            Signatures are those of the original messages, checked with STREAMS_HMAC_KEY and AUDIT_HMAC_KEY; without a key \
            they are unchecked. REPLAY is how many dlq redrive may put back: of a message that is back already, or that died more \
            than once, dlq redrive --dry-run tells. Dead letters alone do not fail the command: --max-depth and --max-age do \
            (status 1).

              caracalctl dlq
              caracalctl dlq --stream sessions.revoke --since 24h
              caracalctl dlq --max-depth 0 --max-age 1h -o prometheus
            """
    )

    @OptionGroup var choice: DeadLetterOptions

    @Option(help: ArgumentHelp("End with status 1 if there are more dead letters than this.", valueName: "count"))
    var maxDepth: String?

    @Option(help: ArgumentHelp("End with status 1 if one is older than this.", valueName: "duration"))
    var maxAge: String?

    func validate() throws {
        _ = try thresholds()
    }

    var tableColumns: [Column]? { DLQSummaryPresentation.columns }

    func run(in session: Session) throws -> ExitStatus {
        let summary = DeadLetterSummary(selection: try choice.selection(), thresholds: try thresholds())
        var judge = try DeadLetterJudge(keys: try DeadLetterKeys.load(session))
        let connection = try session.connect()
        Interruption.catchSignals()
        let progress = Progress(session)
        let report = try summary.run(on: connection, &judge, clock: WallClock.unsigned) { stream, count in
            progress.show(stream.target.key, done: count, of: stream.state.info?.length)
        }
        progress.clear()
        try session.present(
            DLQSummaryPresentation(
                report: report,
                server: ServerPresentation(connection),
                problemsOnly: session.output.isQuiet.value
            )
        )
        session.say(report.findings)
        return ExitStatus(report.findings, refusals: report.streams.compactMap(\.refusal))
    }

    private func thresholds() throws -> DeadLetterThresholds {
        DeadLetterThresholds(
            depth: try OptionText.number(maxDepth, "--max-depth"),
            age: try OptionText.duration(maxAge, "--max-age")
        )
    }
}
