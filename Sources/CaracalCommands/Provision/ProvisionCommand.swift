import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl provision`
struct ProvisionCommand: BusCommand {
    static let effect = Effect.writes
    static let configuration = CommandConfiguration(
        commandName: "provision",
        _superCommandName: Caracalctl.name,
        abstract: "Create the streams and consumer groups that are missing. [writes]",
        discussion: """
            Creates the streams and groups of the provisioning table that the server lacks, and nothing else, and reads back \
            what it changed. A second run writes nothing, and runs may overlap. Nothing is ever deleted or trimmed. A key \
            of another type under a stream's name is refused.

            With --start auto a new group starts at 0 on a new or empty stream, and at $ on a stream with entries, like \
            Caracal's provisioning script: it skips those entries, and a warning counts them. With --start 0 it receives \
            every entry of the stream: use --dry-run first, above all on policy and revocation streams.

              caracalctl provision --check
              caracalctl provision --dry-run
              caracalctl provision --wait 60s
              caracalctl provision sessions.revoke --start 0
              caracalctl provision --emit-acl operator | redis-cli
            """
    )

    @Argument(help: .streams, completion: .streams)
    var streams: [String] = []

    @Flag(help: "Change nothing; end with status 1 if the server differs from the table.")
    var check = false

    @Flag(help: "Change nothing; show what would be created.")
    var dryRun = false

    @Option(
        help: ArgumentHelp("Where new groups start: auto, 0 or $ (default: auto).", valueName: "position"),
        completion: .list(["auto", "0", "$"])
    )
    var start: String?

    @Option(
        help: ArgumentHelp(
            "Keep trying for this long while the server is unreachable or loading.",
            valueName: "duration"
        )
    )
    var wait: String?

    @Option(
        help: ArgumentHelp(
            "Print the ACL rules of a role without asking a server: observer, operator, provisioner or all.",
            valueName: "role"
        ),
        completion: .list(AccessRole.allCases.map(\.rawValue) + ["all"])
    )
    var emitAcl: String?

    var isPreview: Bool { check || dryRun || emitAcl != nil }

    /// Where new groups start; nil for what --start cannot be.
    private var policy: StartPolicy? {
        switch start {
        case nil, "auto": .automatic
        case "0": .beginning
        case "$": .end
        default: nil
        }
    }

    /// The roles that --emit-acl names; nil when it names none.
    private var roles: [AccessRole]? {
        emitAcl == "all" ? AccessRole.allCases : emitAcl.flatMap(AccessRole.init).map { [$0] }
    }

    func validate() throws {
        guard policy != nil else { throw ValidationError("--start is auto, 0 or $") }
        _ = try OptionText.duration(wait, "--wait")
        if check, dryRun { throw ValidationError("--check and --dry-run contradict each other: give one") }
        guard emitAcl != nil else { return }
        guard roles != nil else { throw ValidationError("--emit-acl is observer, operator, provisioner or all") }
        if check || dryRun || wait != nil || !streams.isEmpty {
            throw ValidationError("--emit-acl only prints: it goes with no stream and no --check, --dry-run or --wait")
        }
    }

    var tableColumns: [Column]? { emitAcl != nil ? nil : ProvisionPresentation.columns }

    func run(in session: Session) throws -> ExitStatus {
        if let roles {
            let rules = AccessPresentation(roles: roles)
            try session.present(rules)
            session.say(rules.advice)
            return .success
        }
        let chosen = try StreamNames.resolve(streams)
        let limit = try OptionText.duration(wait, "--wait").map { Duration.milliseconds($0) }
        var retries = Retries(during: limit, backoff: .forReturn)
        session.sayWarnings()
        let (report, connection) = try session.beforeWriting {
            try retries.run(after: Self.isRetried, say: session.sayTryingAgain) { () throws(RedisError) in
                let connection = try session.open()
                return (try self.report(on: connection, streams: chosen, session.masterCheck), connection)
            }
        }
        let ending = report.signal.map {
            WriteEndingText(
                .interrupted(signal: $0),
                by: connection.endpoint.description,
                outcome: "the server has confirmed what is shown as created, and it was not read again"
            )
        }
        let findings = report.findings + [ending?.finding].compactMap { $0 }
        let presentation = ProvisionPresentation(
            report: report,
            findings: findings,
            server: ServerPresentation(connection),
            shows: dryRun ? .plan : session.output.isQuiet.value ? .problems : .everything
        )
        try session.present(presentation)
        session.say(findings)
        if dryRun { session.trace(planned: report.items.compactMap(\.step?.command)) }
        return ending?.status ?? status(of: report)
    }

    /// Whether --wait goes on after an error. A look that is not answered in time is made again; one in the middle of which
    /// the server hangs up is not.
    private static func isRetried(after error: RedisError) -> Bool {
        let isLateLook = if case .link(.timedOut) = error.cause { !error.isWrite } else { false }
        return error.nextStep(isRepeatable: isLateLook) != .stop
    }

    private func report(
        on connection: any CommandChannel,
        streams chosen: [StreamDefinition],
        _ mastership: MasterCheck?
    ) throws(RedisError) -> ProvisionReport {
        if check {
            return try DriftCheck(streams: chosen, looksForUnknownKeys: streams.isEmpty).run(on: connection)
        }
        let provision = Provision(streams: chosen, policy: policy ?? .automatic)
        return dryRun
            ? try provision.preview(on: connection) : try provision.run(on: connection, mastership: mastership)
    }

    private func status(of report: ProvisionReport) -> ExitStatus {
        let status = ExitStatus(report.findings, refusals: report.refusals)
        let isIncomplete = report.items.contains { $0.result == .refused || $0.result == .missing && !dryRun }
        return status == .success && isIncomplete ? .finding : status
    }
}

extension ProvisionReport {
    /// What the server would not do or say.
    var refusals: [Refusal] {
        items.compactMap { item in
            switch item.refusal {
            case .server(let refusal): refusal
            case .replica: Refusal(code: "READONLY", message: [])
            default: nil
            }
        }
    }
}
