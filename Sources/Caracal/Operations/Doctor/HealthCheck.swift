/// One thing that `doctor` looks at: a rule over what was gathered, and the words to explain it with.
package struct HealthCheck: Sendable {
    /// A stable name for scripts: `maxmemory-policy`.
    package let id: String
    /// What it checks: a sentence or two.
    package let subject: String
    /// Why it matters, and what it cannot tell.
    package let reason: String
    /// How to mend what it finds.
    package let remedy: String

    private let rule: @Sendable (Examination) -> [CheckOutcome]

    /// Describes a check. A rule that has nothing to say returns `[.ok(…)]`, never nothing.
    init(
        _ id: String,
        subject: String,
        reason: String,
        remedy: String,
        _ rule: @escaping @Sendable (Examination) -> [CheckOutcome]
    ) {
        self.id = id
        self.subject = subject
        self.reason = reason
        self.remedy = remedy
        self.rule = rule
    }

    /// What it finds. Nothing found out is unknown.
    func examine(_ examination: Examination) -> [CheckOutcome] {
        let outcomes = rule(examination)
        return outcomes.isEmpty ? [CheckOutcome(.unknown, "\(id) could not be checked")] : outcomes
    }
}

extension [CheckOutcome] {
    /// These, or that all is well.
    func or(_ finding: @autoclosure () -> String) -> [CheckOutcome] {
        isEmpty ? [.ok(finding())] : self
    }
}
