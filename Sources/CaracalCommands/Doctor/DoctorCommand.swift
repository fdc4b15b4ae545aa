import ArgumentParser
import Caracal
import Postgres
import Redis
import Rendering
import Text

/// `caracalctl doctor`
struct DoctorCommand: BusCommand {
    static let effect = Effect.reads
    static let hasMetrics = true
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        _superCommandName: Caracalctl.name,
        abstract: "Find problems on the bus and how to fix them. [reads]",
        discussion: """
            Checks the server's settings, memory and persistence, the provisioning table, groups and consumers, dead letters, \
            the newest signatures, clocks, certificate and key files; where DATABASE_URL is set, the outboxes in Postgres too. It \
            changes nothing. What the server does not tell, \
            and what there is no key for, is listed as not checked, never as ok.

            Status 1: a failure, also where a database is named and cannot be asked. Warnings alone end with 0. 77: no failure \
            was found, but this user may not look at streams, groups or tables.

              caracalctl doctor
              caracalctl doctor --quiet
              caracalctl doctor --only lag,loss,stuck-consumers
              caracalctl doctor --explain maxmemory-policy
            """
    )

    @Option(
        help: ArgumentHelp("Run only these checks (ids, separated by commas).", valueName: "id,…"),
        completion: .list(HealthCheck.all.map(\.id))
    )
    var only: String?

    @Option(
        help: ArgumentHelp("Skip these checks (ids, separated by commas).", valueName: "id,…"),
        completion: .list(HealthCheck.all.map(\.id))
    )
    var skip: String?

    @Option(
        help: ArgumentHelp("Explain a check, or all checks, without asking a server.", valueName: "id"),
        completion: .list(["all"] + HealthCheck.all.map(\.id))
    )
    var explain: String?

    func validate() throws {
        if explain != nil, only != nil || skip != nil {
            throw ValidationError("--explain explains checks and makes none: leave --only and --skip out")
        }
    }

    func run(in session: Session) throws -> ExitStatus {
        if let explain {
            try session.present(DoctorExplanation(checks: try HealthCheckNames.explained(explain)))
            return .success
        }
        let checks = try HealthCheckNames.choose(only: only, skip: skip)
        guard try checks.contains(where: { !$0.isOfOutboxes }) || session.hasDatabase else {
            throw CommandError(
                .configuration,
                "these checks look into the outboxes, and no database is named: set DATABASE_URL or DATABASE_URL_FILE"
            )
        }
        let (keys, setup) = try DoctorSetup.load(session.settings, session.source)
        let channel = try session.open()
        let asksForRights = checks.contains { $0.id == HealthCheck.rights.id }
        let doctor = Doctor(keys: keys, setup: setup, asksForRights: asksForRights)
        var examination = try doctor.run(on: channel) { WallClock.unsigned }
        if checks.contains(where: \.needsOutboxes), try session.hasDatabase {
            let looksForLosses = checks.contains { $0.id == HealthCheck.outboxLost.id }
            let bus = examination
            examination.outboxes = try session.lookingAtOutboxes { database throws(PostgresError) in
                var outboxes = try OutboxExamination.look(on: database)
                if looksForLosses { outboxes.lookForLosses(in: bus, on: database, channel) }
                return outboxes
            }
            if case .seen(let outboxes)? = examination.outboxes, let signal = outboxes.interruption {
                throw CommandError(ExitStatus(signal: signal), "interrupted")
            }
        }
        let diagnosis = Diagnosis(examination, checks)
        try session.present(
            DoctorPresentation(
                diagnosis: diagnosis,
                server: ServerPresentation(channel),
                route: FixRoute(session, to: channel.endpoint),
                problemsOnly: session.output.isQuiet.value
            )
        )
        guard diagnosis.count(.failure) == 0 else { return .finding }
        return ExitStatus(refusals: examination, asksOutboxes: checks.contains(where: \.isOfOutboxes))
    }
}

extension ExitStatus {
    /// The status of an examination without failures. Who may not look at streams, groups or tables has not found them in order.
    ///
    /// - Parameter asksOutboxes: whether the tables of the outboxes were to be looked at.
    init(refusals examination: Examination, asksOutboxes: Bool) {
        if asksOutboxes, case .seen(let outboxes)? = examination.outboxes,
            outboxes.problems.contains(where: { $0.reason == .notPermitted })
        {
            self = .noRights
        } else {
            self.init([], refusals: examination.pending.refusals)
        }
    }
}

/// Turns the ids of a command line into checks.
enum HealthCheckNames {
    /// The checks to make: all, those of `only`, or all but those of `skip`; lists of ids with commas between them.
    static func choose(only: String?, skip: String?) throws(CommandError) -> [HealthCheck] {
        let wanted = try only.map(ids)
        let unwanted = try skip.map(ids) ?? []
        let checks = HealthCheck.all.filter { (wanted?.contains($0.id) ?? true) && !unwanted.contains($0.id) }
        guard !checks.isEmpty else { throw CommandError(.usage, "--only and --skip leave no check to make") }
        return checks
    }

    /// The checks to explain: one, or `all`.
    static func explained(_ name: String) throws(CommandError) -> [HealthCheck] {
        if name == "all" { return HealthCheck.all }
        return [try check(name)]
    }

    private static func ids(_ list: String) throws(CommandError) -> [String] {
        var ids: [String] = []
        for name in list.split(separator: ",", omittingEmptySubsequences: false) {
            ids.append(try check(String(name)).id)
        }
        return ids
    }

    private static func check(_ name: String) throws(CommandError) -> HealthCheck {
        let name = String(name.filter { $0 != " " })
        if let check = HealthCheck.all.first(where: { $0.id == name }) { return check }
        let nearest = NearestMatch.find(name, in: HealthCheck.all.map(\.id))
        let advice = nearest.map { "did you mean \($0)?" } ?? "--explain all lists them"
        throw CommandError(.usage, "there is no check \"\(name)\" (\(advice))")
    }
}
