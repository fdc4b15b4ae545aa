import Text

extension HealthCheck {
    static let unknownGroups = HealthCheck(
        "unknown-groups",
        subject: "Consumer groups that are not in the provisioning table.",
        reason: """
            A misspelt group is one that nobody reads through. Resource servers may use groups of their own, and each \
            gateway adds gateway-revocation:<host>, which is expected.
            """,
        remedy: "If nobody uses it: caracalctl group rm. That forgets its position and its pending entries.",
        urgency: .later
    ) { examination in
        examination.inspectStreams(examination.pending.streams, "the groups") { stream in
            let (name, fix) = (stream.definition.name, "caracalctl pending \(stream.definition.word)" as TerminalText)
            let found = examination.drift(.unknownGroup).filter { $0.stream == name }
            guard found.count > 1 else {
                return found.map { CheckOutcome($0, as: .warning, fix: "\(fix) # shows whether it is in use") }
            }
            let groups = examination.pending.groups.filter {
                $0.stream == stream.definition && $0.definition == nil && !$0.isOfAHost
            }
            let names = Words.few(groups.map(\.name))
            let finding: Evidence =
                "\(name) has \(Words.number(found.count)) groups that are not in the table: \(names)"
            return [CheckOutcome(.warning, finding, stream: name, fix: "\(fix) # shows whether they are in use")]
        }.or("no group is outside the table")
    }
}
