import Text

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
    /// When what it finds does harm, unless an outcome says otherwise.
    let urgency: CheckOutcome.Urgency

    private enum Rule {
        case bus(@Sendable (Examination) -> Inspection)
        case server(@Sendable (ServerExamination) -> Inspection)
        case outboxes(@Sendable (OutboxSight<OutboxExamination>) -> Inspection)
    }

    private let rule: Rule
    /// Whether it looks into the database where one is set: what it says must not depend on which other checks are made.
    package let needsOutboxes: Bool

    /// Describes a check of the bus. The rule says what it saw and what is wrong with it, never that all is well.
    ///
    /// - Parameter needsOutboxes: whether the rule looks at `Examination.outboxes`.
    init(
        _ id: String,
        subject: String,
        reason: String,
        remedy: String,
        urgency: CheckOutcome.Urgency = .now,
        needsOutboxes: Bool = false,
        _ rule: @escaping @Sendable (Examination) -> Inspection
    ) {
        self.needsOutboxes = needsOutboxes
        self.id = id
        self.subject = subject
        self.reason = reason
        self.remedy = remedy
        self.urgency = urgency
        self.rule = .bus(rule)
    }

    /// Describes a check that is made at each server. The rule says what it saw and what is wrong with it, never that all is well.
    init(
        _ id: String,
        subject: String,
        reason: String,
        remedy: String,
        urgency: CheckOutcome.Urgency = .now,
        _ rule: @escaping @Sendable (ServerExamination) -> Inspection
    ) {
        self.id = id
        self.subject = subject
        self.reason = reason
        self.remedy = remedy
        self.urgency = urgency
        needsOutboxes = false
        self.rule = .server(rule)
    }

    /// Describes a check of the outboxes, which is made where a database is set. The rule says what it saw and what is wrong with it,
    /// never that all is well.
    init(
        _ id: String,
        subject: String,
        reason: String,
        remedy: String,
        urgency: CheckOutcome.Urgency = .now,
        _ rule: @escaping @Sendable (OutboxSight<OutboxExamination>) -> Inspection
    ) {
        self.id = id
        self.subject = subject
        self.reason = reason
        self.remedy = remedy
        self.urgency = urgency
        needsOutboxes = true
        self.rule = .outboxes(rule)
    }

    /// Whether it looks into nothing but the database.
    package var isOfOutboxes: Bool { if case .outboxes = rule { true } else { false } }

    /// Those of some checks that have anything to look at. Of a database that cannot be asked the first check of it tells.
    static func applicable(_ checks: [HealthCheck], to examination: Examination) -> [HealthCheck] {
        switch examination.outboxes {
        case nil: checks.filter { !$0.isOfOutboxes }
        case .unreachable:
            checks.filter { check in !check.isOfOutboxes || check.id == checks.first(where: \.isOfOutboxes)?.id }
        case .seen: checks
        }
    }

    /// A database that is named and cannot be asked is a failure, whatever the check: what is stuck there is seen nowhere else.
    private static func examine(
        _ outboxes: OutboxSight<OutboxExamination>?,
        _ id: String,
        _ rule: (OutboxSight<OutboxExamination>) -> Inspection
    ) -> [CheckOutcome] {
        guard case .unreachable(let reason)? = outboxes else {
            return (outboxes.map(rule) ?? Inspection()).outcomes(of: id)
        }
        return [
            CheckOutcome(
                .failure,
                "the outboxes are not known: \(reason)",
                fix: "caracalctl env --connect # what DATABASE_URL comes to, and whether it answers"
            )
        ]
    }

    /// What it finds. Nothing seen is unknown.
    func examine(_ examination: Examination) -> [CheckOutcome] {
        switch rule {
        case .bus(let rule): rule(examination).outcomes(of: id)
        case .outboxes(let rule): Self.examine(examination.outboxes, id, rule)
        case .server(let rule):
            examination.servers.isEmpty
                ? Inspection().outcomes(of: id)
                : ServerOutcomes.merged(examination.servers.map { ($0.name, rule($0).outcomes(of: id)) })
        }
    }
}

extension HealthCheck {
    /// Every check. Findings of equal weight are shown in this order: causes before what comes from them, and what is lost
    /// or passed over without a word before what stands still.
    package static let all: [HealthCheck] = [
        .refusedWrites, .replication, .appendWrites, .snapshot,
        .signatures, .skippedEntries, .loss, .futureIDs, .clockSkew, .streams, .groups,
        .outboxTables, .outboxLost, .outboxDead, .outboxWaiting, .outboxRetrying, .outboxLocks,
        .slowCalls, .deliveries, .stuckConsumers, .silentReaders, .sharedConsumers, .lag, .deadLetters,
        .deadLetterSignatures,
        .maxmemory, .maxmemoryPolicy, .memoryForecast, .leftOverGroups, .consumers,
        .unknownGroups, .unknownKeys, .streamBounds, .databases,
        .appendOnly, .appendFsync, .savePoints, .protectedMode, .bind, .timeout, .keepAlive, .certificate,
        .outboxGrowth, .rights, .keyFiles, .connectionSettings, .serverVersion,
    ]
}
