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
        abstract: "Examine the bus, and say what is wrong and what mends it. [reads]",
        discussion: """
            Looks at the server's settings, memory and files, the provisioning table, groups and consumers, dead \
            letters, the newest signatures, clocks, certificate and key files, in a dozen round trips at most. Nothing is \
            changed. What the server will not tell, and what there is no key for, is not checked and never called ok.

            Status 1: a failure. Warnings alone end with 0.

              caracalctl doctor
              caracalctl doctor --quiet
              caracalctl doctor --only lag,loss,stuck-consumers
              caracalctl doctor --explain maxmemory-policy
            """
    )

    @Option(
        help: ArgumentHelp("Make these checks only (ids, separated by commas).", valueName: "id,…"),
        completion: .list(HealthCheck.all.map(\.id))
    )
    var only: String?

    @Option(
        help: ArgumentHelp("Leave these checks out (ids, separated by commas).", valueName: "id,…"),
        completion: .list(HealthCheck.all.map(\.id))
    )
    var skip: String?

    @Option(
        help: ArgumentHelp("Explain a check, or all; no server is asked.", valueName: "id"),
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
        return diagnosis.count(.failure) > 0 ? .finding : .success
    }
}
