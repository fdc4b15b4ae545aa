import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl memory`
struct MemoryCommand: BusCommand {
    static let effect = Effect.reads
    static let hasMetrics = true
    static let configuration = CommandConfiguration(
        commandName: "memory",
        _superCommandName: Caracalctl.name,
        abstract: "Show memory use per stream and whether maxmemory is enough. [reads]",
        discussion: """
            Shows the memory of each stream now and at its bound, estimated from a sample of its entries; the sum of all \
            bounds and maxmemory; the largest bound that fits; with --rate, the time until the server is full. It needs \
            a few round trips, whatever the length of the streams. Estimates are within a few percent for entries of \
            similar size.

            Status 1: a policy other than noeviction, appendonly off, a failed write to disk, or --max-used crossed. What the \
            server does not tell is shown as not permitted, never as 0.

              caracalctl memory
              caracalctl memory --rate 10s --max-used 70%
              caracalctl memory -o prometheus
            """
    )

    @Option(
        help: ArgumentHelp(
            "Sample about this many entries; more if sizes differ much (default: 200).",
            valueName: "entries"
        )
    )
    var samples: String?

    @Option(
        help: ArgumentHelp("Keep this much free, as a share of what is needed (default: 20%).", valueName: "percent")
    )
    var headroom: String?

    @Option(
        help: ArgumentHelp("End with status 1 if this much of maxmemory is used (default: 80%).", valueName: "percent")
    )
    var maxUsed: String?

    @Option(help: ArgumentHelp("Measure growth over this long, 1s to 1h.", valueName: "duration"))
    var rate: String?

    func validate() throws {
        if let samples, !(1...10_000).contains(Parse.number(samples) ?? 0) {
            throw ValidationError("--samples is a number from 1 to 10000")
        }
        if let share = try OptionText.percentage(maxUsed, "--max-used"), share <= 0 || share > 100 {
            throw ValidationError("--max-used is a share of maxmemory: above 0%, and 100% at most")
        }
        _ = try OptionText.duration(rate, "--rate", from: "1s", to: "1h")
        _ = try rules()
    }

    var tableColumns: [Column]? { MemoryStreamTable.columns }

    func run(in session: Session) throws -> ExitStatus {
        let rules = try rules()
        let connection = try session.connect()
        // From here on Ctrl-C ends the watch, and what was seen until then is shown.
        if rate != nil { Interruption.catchSignals() }
        let report = try measure(rules, on: connection, session)
        try session.present(
            MemoryPresentation(
                report: report,
                server: ServerPresentation(connection),
                problemsOnly: session.output.isQuiet.value
            )
        )
        session.say(report.findings)
        if let signal = report.signal { return ExitStatus(signal: signal) }
        return ExitStatus(report.findings, refusals: report.refusals)
    }

    private func rules() throws -> MemoryRules {
        MemoryRules(
            samples: samples.flatMap(Parse.number) ?? 200,
            headroom: (try OptionText.percentage(headroom, "--headroom") ?? 20) / 100,
            maxUsed: (try OptionText.percentage(maxUsed, "--max-used") ?? 80) / 100,
            ratePeriod: try OptionText.duration(rate, "--rate").map { Duration.milliseconds($0) }
        )
    }

    /// Measures, and shows how long growth has been watched.
    private func measure(
        _ rules: MemoryRules,
        on connection: any CommandChannel,
        _ session: Session
    ) throws -> MemoryReport {
        let progress = Progress(session)
        defer { progress.clear() }
        return try Memory(streams: StreamTable.all, rules: rules).run(on: connection) { watched in
            progress.show("watching growth".utf8, elapsed: watched, of: rules.ratePeriod ?? watched)
        }
    }
}
