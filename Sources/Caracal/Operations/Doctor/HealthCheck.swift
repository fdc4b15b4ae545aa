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

    private enum Rule {
        case bus(@Sendable (Examination) -> [CheckOutcome])
        case server(@Sendable (ServerExamination) -> [CheckOutcome])
    }

    private let rule: Rule

    /// Describes a check of the bus. A rule that has nothing to say returns `[.ok(…)]`, never nothing.
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
        self.rule = .bus(rule)
    }

    /// Describes a check that is made at each server. A rule that has nothing to say returns `[.ok(…)]`, never nothing.
    init(
        _ id: String,
        subject: String,
        reason: String,
        remedy: String,
        _ rule: @escaping @Sendable (ServerExamination) -> [CheckOutcome]
    ) {
        self.id = id
        self.subject = subject
        self.reason = reason
        self.remedy = remedy
        self.rule = .server(rule)
    }

    /// What it finds. Nothing found out is unknown.
    func examine(_ examination: Examination) -> [CheckOutcome] {
        let outcomes =
            switch rule {
            case .bus(let rule): rule(examination)
            case .server(let rule): ServerOutcomes.merged(examination.servers.map { ($0.name, rule($0)) })
            }
        return outcomes.isEmpty ? [CheckOutcome(.unknown, "\(id) could not be checked")] : outcomes
    }
}

extension [CheckOutcome] {
    /// These, or that all is well.
    func or(_ finding: @autoclosure () -> String) -> [CheckOutcome] {
        isEmpty ? [.ok(finding())] : self
    }
}
