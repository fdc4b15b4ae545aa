import ArgumentParser
import Caracal
import Redis
import Rendering

/// `caracalctl check`
struct CheckCommand: BusCommand {
    static let effect = Effect.reads
    static let hasMetrics = true
    static let configuration = CommandConfiguration(
        commandName: "check",
        _superCommandName: Caracalctl.name,
        abstract: "Check the bus for a monitoring system (Nagios, Prometheus). [reads]",
        discussion: """
            Prints one line with performance data, on a terminal a table, and ends with the status that Nagios and Icinga \
            expect: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (also for usage errors and an unreachable server). A figure that \
            the server does not tell is UNKNOWN, never OK; what else could not be looked at is named. A group that no \
            public service reads is judged once it has a consumer.

            Beside the figures it looks at what services feel. CRITICAL: a missing stream, or group that a public service \
            reads, a replica, refused writes, entries removed before they were delivered, a group beyond the end of its \
            stream, invalid signatures among the newest 20 entries of a stream (where a key is set). WARNING: entries \
            passed over, ids ahead of the server's clock. Readers that were not heard of while entries wait are judged by \
            --oldest.

            Where DATABASE_URL is set it looks at the outboxes in Postgres too. The services export figures of the same \
            meaning: caracal_api_outbox_dead_total and caracal_outbox_total{status="dead"} for --outbox-dead, \
            caracal_api_outbox_oldest_pending_age_seconds for --outbox-oldest.

            Thresholds are WARNING,CRITICAL and are crossed by values above them. One value is CRITICAL alone, \
            "W," is WARNING alone, off is neither.

            With -o prometheus it writes metrics for the textfile collector (with --outfile to a file, atomically) and ends \
            with 0 whatever they say: Prometheus judges them. If the server cannot be asked, the only metric is \
            caracal_up 0, and the status is 3.

              caracalctl check
              caracalctl check --lag 500,2000 --dlq 10,100 --memory off
              caracalctl check -o prometheus --outfile /var/lib/node_exporter/caracal.prom
            """
    )

    @OptionGroup var thresholds: CheckLimitOptions

    @Option(
        help: ArgumentHelp(
            "Performance data: table (the provisioning table's figures and the worst of the others, at most 40), all, or none (default: table).",
            valueName: "which"
        ),
        completion: .list(PerformanceChoice.allCases.map(\.rawValue))
    )
    var perfdata: String?

    @Option(help: ArgumentHelp("Give up with UNKNOWN after this long (default: 10s).", valueName: "duration"))
    var deadline: String?

    @Option(
        help: ArgumentHelp("With -o prometheus: write to this file atomically.", valueName: "file"),
        completion: .file()
    )
    var outfile: String?

    func validate() throws {
        if try OptionText.duration(deadline, "--deadline") == 0 { throw ValidationError("--deadline is above zero") }
        if perfdata != nil, performance == nil { throw ValidationError("--perfdata is table, all or none") }
        if outfile?.isEmpty == true { throw ValidationError("--outfile is the name of a file") }
    }

    func run(_ output: OutputOptions, _ session: () throws -> Session) throws {
        let status: ExitStatus
        var format = try? OutputSettings.resolve(output).format.value
        do {
            let session = try session()
            format = session.output.format.value
            status = try perform(in: session)
        } catch {
            // The reader of the metrics must not take the ones of the last time for those of now.
            if format == .prometheus { try? CheckRun.reportDown(outfile: outfile) }
            throw error
        }
        if status != .success { throw ExitCode(status.rawValue) }
    }

    func objection(to format: Setting<OutputFormat>) -> String? {
        outfile != nil && format.value != .prometheus ? "--outfile goes with -o prometheus" : nil
    }

    func run(in session: Session) throws -> ExitStatus {
        let allowance =
            try OptionText.duration(deadline, "--deadline").map { Duration.milliseconds($0) } ?? .seconds(10)
        return try CheckRun(
            session: session,
            limits: try thresholds.limits(),
            outfile: outfile,
            performance: performance ?? .table,
            allowance: allowance
        ).run()
    }

    private var performance: PerformanceChoice? { perfdata.flatMap(PerformanceChoice.init) }
}
