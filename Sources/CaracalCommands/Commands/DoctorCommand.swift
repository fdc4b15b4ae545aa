import ArgumentParser
import Caracal
import Redis

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
            the newest signatures, clocks, certificate and key files. It changes nothing. What the server does not tell, \
            and what there is no key for, is listed as not checked, never as ok.

            Status 1: a failure. Warnings alone end with 0. 77: no failure was found, but this user may not look at \
            streams or groups.

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

    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

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
        let (keys, setup) = try DoctorSetup.load(session.settings, session.source)
        let connection = try session.open()
        let asksForRights = checks.contains { $0.id == HealthCheck.rights.id }
        let doctor = Doctor(keys: keys, setup: setup, asksForRights: asksForRights)
        let examination = try doctor.run(on: connection) { WallClock.unsigned }
        let diagnosis = Diagnosis(examination, checks)
        try session.present(
            DoctorPresentation(
                diagnosis: diagnosis,
                server: ServerPresentation(connection),
                problemsOnly: session.output.isQuiet.value
            )
        )
        guard diagnosis.count(.failure) == 0 else { return .finding }
        // Who may not look at the streams and groups has not found them in order.
        return ExitStatus([], refusals: examination.pending.refusals)
    }
}
