extension HealthCheck {
    static let unknownKeys = HealthCheck(
        "unknown-keys",
        subject: "Keys named caracal.… in the database of the streams that are not in the provisioning table.",
        reason: "A misspelt stream is one that nobody reads. The .dead streams are expected.",
        remedy: "Find out who writes it (OBJECT IDLETIME, MONITOR for a moment), mend that, then delete the key."
    ) { examination in
        let unknown = examination.drift("unknown_key").map {
            CheckOutcome($0, as: .warning, fix: "find out who writes it")
        }
        let unchecked = examination.drift("unknown_keys_unchecked", "unknown_keys_cut_short")
            .map { CheckOutcome($0, as: .unknown) }
        return (unknown + unchecked).or("no key is outside the table")
    }
}
