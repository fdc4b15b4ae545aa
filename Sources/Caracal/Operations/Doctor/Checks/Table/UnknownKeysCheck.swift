import Text

extension HealthCheck {
    static let unknownKeys = HealthCheck(
        "unknown-keys",
        subject: "Keys named caracal.… in the database of the streams that are not in the provisioning table.",
        reason: "A misspelt stream is one that nobody reads. The .dead streams are expected.",
        remedy: "Find out who writes it (OBJECT IDLETIME, MONITOR for a moment), fix that, then delete the key.",
        urgency: .later
    ) { examination in
        var inspection = Inspection()
        let unchecked = examination.drift(.unknownKeysUnchecked, .unknownKeysCutShort)
        for finding in unchecked { inspection.miss(finding.message) }
        if unchecked.isEmpty { inspection.saw() }
        inspection.saw(
            examination.drift(.unknownKey).map { CheckOutcome($0, as: .warning, fix: "find out who writes it") }
        )
        return inspection.or("no key is outside the table")
    }
}
