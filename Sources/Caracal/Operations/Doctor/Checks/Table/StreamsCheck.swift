import Redis
import Text

extension HealthCheck {
    static let streams = HealthCheck(
        "streams",
        subject: "Whether every stream of the provisioning table exists, and is a stream.",
        reason: """
            Publishing creates a missing stream without its groups, and groups that come later never see what was \
            published before. The revocation stream must exist before the STS starts. A key of another type makes \
            every command on it fail.
            """,
        remedy: """
            caracalctl provision --start 0 creates what is missing. A key of another type is never deleted by caracalctl: find \
            out whose it is (TYPE, TTL), have it renamed, then provision.
            """
    ) { examination in
        guard !examination.servers.contains(where: \.isEmptyReplica) else {
            return .unseen("this replica has not received its master's data: it holds none of the streams")
        }
        let isLost = { (stream: ObservedStream) in stream.state.refusal?.kind == .clusterDown }
        let (lost, others) = (
            examination.pending.streams.filter(isLost), examination.pending.streams.filter { !isLost($0) }
        )
        var inspection = examination.inspectStreams(others, "the keys") { stream in
            guard case .otherType = stream.state, let finding = stream.finding() else { return [] }
            let key = ShellWord.quoted(stream.definition.key)
            let fix: TerminalText = "\(RedisCLI.text) RENAMENX \(key) NEWNAME && \(stream.definition.provisioning)"
            return [CheckOutcome(finding, fix: fix)]
        }
        let missing = others.filter { $0.state == .missing }
        if !missing.isEmpty { inspection.saw([Self.outcome(missing)]) }
        let fix: TerminalText = "start the server, or have its replica take over; redis-cli --cluster check shows which"
        if !lost.isEmpty { inspection.saw(lost.compactMap { $0.finding() }.map { CheckOutcome($0, fix: fix) }) }
        return inspection.or("all \(examination.pending.streams.count) streams are there")
    }

    /// One finding for all that are missing. Where that is more than one, the server has lost its data or never had any, and groups
    /// that are missing elsewhere come from the same.
    private static func outcome(_ missing: [ObservedStream]) -> CheckOutcome {
        guard missing.count > 1 else {
            let stream = missing.first
            return CheckOutcome(
                .failure,
                "\(stream?.definition.name ?? "a stream") does not exist",
                stream: stream?.definition.name,
                fix: stream?.definition.provisioning
            )
        }
        let names = missing.map(\.definition.name).joined(separator: ", ")
        return CheckOutcome(
            .failure,
            "\(missing.count) streams do not exist: \(names)",
            fix: "caracalctl provision --start 0 # creates all that is missing, and has no group skip what waits",
            explains: [HealthCheck.groups.id]
        )
    }
}

extension Examination {
    /// The command that creates the streams and groups of the table that are missing; nil where none is, or where none could be created.
    var provisioning: TerminalText? {
        let isMissing = pending.streams.contains { $0.state == .missing }
        let lacksGroups = pending.groups.contains { $0.definition != nil && $0.info == nil }
        let isUsable = pending.streams.allSatisfy { $0.state == .missing || $0.state.info != nil }
        return isUsable && (isMissing || lacksGroups) ? "caracalctl provision --start 0" : nil
    }
}
