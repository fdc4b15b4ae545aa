/// One thing that `doctor` looks at: a rule over what was gathered, and the words to explain it with.
package struct HealthCheck: Sendable {
    /// A stable name for scripts: `maxmemory-policy`.
    package let id: String
    /// What it checks: a sentence or two.
    package let subject: String
    /// Why it matters, and what it cannot tell.
    package let reason: String
    /// How to fix what it finds.
    package let remedy: String

    private enum Rule {
        case bus(@Sendable (Examination) -> Inspection)
        case server(@Sendable (ServerExamination) -> Inspection)
    }

    private let rule: Rule

    /// Describes a check of the bus. The rule says what it saw and what is wrong with it, never that all is well.
    init(
        _ id: String,
        subject: String,
        reason: String,
        remedy: String,
        _ rule: @escaping @Sendable (Examination) -> Inspection
    ) {
        self.id = id
        self.subject = subject
        self.reason = reason
        self.remedy = remedy
        self.rule = .bus(rule)
    }

    /// Describes a check that is made at each server. The rule says what it saw and what is wrong with it, never that all is well.
    init(
        _ id: String,
        subject: String,
        reason: String,
        remedy: String,
        _ rule: @escaping @Sendable (ServerExamination) -> Inspection
    ) {
        self.id = id
        self.subject = subject
        self.reason = reason
        self.remedy = remedy
        self.rule = .server(rule)
    }

    /// What it finds. Nothing seen is unknown.
    func examine(_ examination: Examination) -> [CheckOutcome] {
        switch rule {
        case .bus(let rule): rule(examination).outcomes(of: id)
        case .server(let rule):
            examination.servers.isEmpty
                ? Inspection().outcomes(of: id)
                : ServerOutcomes.merged(examination.servers.map { ($0.name, rule($0).outcomes(of: id)) })
        }
    }
}

extension HealthCheck {
    /// Every check, in the order in which findings of equal weight are shown.
    package static let all: [HealthCheck] = [
        .serverVersion, .replication, .maxmemoryPolicy, .maxmemory, .memoryForecast,
        .appendOnly, .appendWrites, .appendFsync, .savePoints, .snapshot,
        .protectedMode, .bind, .timeout, .keepAlive, .certificate, .clockSkew, .futureIDs,
        .streams, .groups, .unknownGroups, .unknownKeys, .streamBounds, .databases,
        .skippedEntries, .lag, .loss, .leftOverGroups, .consumers, .deliveries, .stuckConsumers, .sharedConsumers,
        .deadLetters, .deadLetterSignatures, .signatures,
        .rights, .keyFiles, .connectionSettings,
    ]
}

/// What `doctor` found.
package struct Diagnosis: Sendable, Equatable {
    /// One outcome of one check.
    package struct Item: Sendable, Equatable {
        /// The check's id.
        package let check: String
        /// What it found.
        package let outcome: CheckOutcome
    }

    /// Every outcome, the worst first, otherwise in the order of the checks.
    package let items: [Item]
    /// How many checks were made.
    package let checks: Int
    /// How often the server was asked, the look into other databases not counted.
    package let roundTrips: Int

    /// Makes the checks.
    package init(_ examination: Examination, _ checks: [HealthCheck] = HealthCheck.all) {
        let found = checks.flatMap { check in check.examine(examination).map { Item(check: check.id, outcome: $0) } }
        items = CheckOutcome.Status.allCases.flatMap { status in found.filter { $0.outcome.status == status } }
        self.checks = checks.count
        roundTrips = examination.roundTrips
    }

    /// How many checks came to this status at the worst: of all statuses they add up to `checks`.
    package func checks(_ status: CheckOutcome.Status) -> Int {
        // The items stand in the order of their weight.
        var seen: Set<String> = []
        return items.count { seen.insert($0.check).inserted && $0.outcome.status == status }
    }

    /// How many outcomes have this status.
    package func count(_ status: CheckOutcome.Status) -> Int {
        items.count { $0.outcome.status == status }
    }
}
