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
