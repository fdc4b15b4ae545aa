import Text

extension HealthCheck {
    static let unknownGroups = HealthCheck(
        "unknown-groups",
        subject: "Consumer groups that are not in the provisioning table.",
        reason: """
            A misspelt group is one that nobody reads through. Resource servers may use groups of their own, and each \
            gateway adds gateway-revocation:<host>, which is expected.
            """,
        remedy: "If nobody uses it: XGROUP DESTROY. That forgets its position and its pending entries."
    ) { examination in
        examination.inspectStreams(examination.pending.streams, "the groups") { stream in
            examination.drift(.unknownGroup).filter { $0.stream == stream.definition.name }.map {
                CheckOutcome($0, as: .warning, fix: "caracalctl pending \($0.word) # shows whether it is in use")
            }
        }.or("no group is outside the table")
    }
}
