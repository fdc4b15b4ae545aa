import Caracal
import Postgres
import Redis
import Rendering
import Text

/// One run of `check`.
struct CheckRun {
    private var session: Session
    private let limits: CheckLimits
    /// The file that metrics replace; nil for standard output.
    private let outfile: String?
    private let performance: PerformanceChoice
    private let end: Deadline

    /// - Parameter allowance: how long everything may take together.
    init(
        session: Session,
        limits: CheckLimits,
        outfile: String?,
        performance: PerformanceChoice,
        allowance: Duration
    ) {
        self.session = session
        self.limits = limits
        self.outfile = outfile
        self.performance = performance
        end = .after(allowance)
        self.session.settings.end = end
    }

    /// Looks, and says what it comes to. Metrics are judged by their reader: with them nothing is wrong.
    func run() throws -> ExitStatus {
        let start = ContinuousClock.now
        let connection: any CommandChannel
        let report: CheckReport
        let audit = try? AuditSettings(session.source)
        do {
            connection = try session.connect()
            let (keys, states) = DoctorSetup.keys(session.source)
            let check = Check(
                limits: limits,
                keys: keys,
                unusableKeys: states.filter(\.isUnusable).map(\.scheme),
                requiresSignatures: SignatureRules(session.source).requiresSignatures,
                claimIdle: audit?.claimIdle ?? 30_000
            )
            report = try check.run(on: connection, outboxes: try outboxes())
        } catch let error as RedisError {
            throw end.hasPassed ? late(error) : error
        }
        let presentation = CheckPresentation(
            report: report,
            server: ServerPresentation(connection),
            isBrief: session.output.isQuiet.value,
            performance: performance,
            maxDeliveries: audit?.maxDeliveries,
            duration: UInt64(clamping: (ContinuousClock.now - start).milliseconds)
        )
        guard session.output.format.value == .prometheus else {
            try session.presentVerdict(presentation)
            return ExitStatus(report.state)
        }
        try Self.write(presentation.metrics ?? [], to: outfile)
        return .success
    }

    /// What is in the outboxes; nil where no database is set. A database that cannot be asked is a finding, and no error: it has a part
    /// of the time, so that one that hangs leaves the server its own.
    private func outboxes() throws -> OutboxSight<OutboxStatus.Report>? {
        guard try session.hasDatabase else { return nil }
        let share = end.share(of: 3)
        let part = session.anew(until: share)
        let sight = try part.lookingAtOutboxes { database throws(PostgresError) in
            try OutboxStatus().run(on: database)
        }
        guard case .unreachable(let reason) = sight, share.hasPassed else { return sight }
        return .unreachable("\(reason); a third of --deadline is for the database")
    }

    /// Leaves metrics that say that nothing could be asked.
    static func reportDown(outfile: String?) throws {
        try write(CheckMetrics.scrape(isUp: false, at: WallClock.now, duration: nil), to: outfile)
    }

    private static func write(_ families: [MetricFamily], to outfile: String?) throws {
        let text = Array(Prometheus.text(families).utf8)
        guard let outfile else { return try Session.keepingVerdict { try Output().write(asTheyAre: text) } }
        try ReplacedFile.write(named: outfile, text, mode: 0o644)
    }

    private func late(_ error: RedisError) -> CommandError {
        CommandError(
            .unknown,
            "not done within \(end.allowance.text) (raise --deadline): \(CommandError(error).message)"
        )
    }
}

extension ExitStatus {
    /// The status of a plugin.
    fileprivate init(_ state: CheckState) {
        self =
            switch state {
            case .ok: .success
            case .warning: .finding
            case .critical: .critical
            case .unknown: .unknown
            }
    }
}
