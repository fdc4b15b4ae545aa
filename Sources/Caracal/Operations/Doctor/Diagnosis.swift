/// What `doctor` found: what hurts now before what may hurt one day, and below a cause what comes from it.
package struct Diagnosis: Sendable, Equatable {
    /// One outcome of one check.
    package struct Item: Sendable, Equatable {
        /// The check's id.
        package let check: String
        /// What it found.
        package let outcome: CheckOutcome
        /// When it does harm.
        package let urgency: CheckOutcome.Urgency
        /// The id of the check that found what it comes from; nil when it stands for itself.
        package fileprivate(set) var explainedBy: String?

        /// The greater, the further below it is shown: problems that hurt now, then the others, then what is no problem.
        fileprivate var rank: Int {
            switch (outcome.status, urgency) {
            case (.failure, .lost): 0
            case (.warning, .lost): 1
            case (.failure, .now): 2
            case (.warning, .now): 3
            case (.failure, .later): 4
            case (.warning, .later): 5
            case (.unknown, _): 6
            case (.note, _): 7
            case (.ok, _): 8
            }
        }
    }

    /// Every outcome by its weight, otherwise in the order of the checks. What another one explains stands directly below that.
    package let items: [Item]
    /// How many checks were made.
    package let checks: Int
    /// How often the server was asked, the look into other databases not counted.
    package let roundTrips: Int

    /// Makes the checks, those of the outboxes where a database is set.
    package init(_ examination: Examination, _ checks: [HealthCheck] = HealthCheck.all) {
        let checks = HealthCheck.applicable(checks, to: examination)
        let found = checks.flatMap { check in
            check.examine(examination).map {
                Item(check: check.id, outcome: $0, urgency: $0.urgency ?? check.urgency)
            }
        }
        items = Self.joined(found)
        self.checks = checks.count
        roundTrips = examination.roundTrips
    }

    /// How many checks came to this status at the worst: of all statuses they add up to `checks`.
    package func checks(_ status: CheckOutcome.Status) -> Int {
        var seen: Set<String> = []
        for worst in CheckOutcome.Status.allCases {
            let checks = Set(items.filter { $0.outcome.status == worst }.map(\.check)).subtracting(seen)
            if worst == status { return checks.count }
            seen.formUnion(checks)
        }
        return 0
    }

    /// How many outcomes have this status.
    package func count(_ status: CheckOutcome.Status) -> Int {
        items.count { $0.outcome.status == status }
    }
}

extension Diagnosis {
    /// What a finding may come from: what a check found about a group, a whole stream, or the whole bus.
    fileprivate struct Subject: Hashable {
        let check: String
        var stream: String?
        var group: [UInt8]?
    }

    /// Puts each finding below the first one before it that explains it, directly or through another, and such families in
    /// the order of the weightiest in each.
    private static func joined(_ found: [Item]) -> [Item] {
        var causes: [Subject: Int] = [:]
        // The place of the first of its family, itself included.
        var heads: [Int] = []
        var items = found
        for (place, item) in found.enumerated() {
            let outcome = item.outcome
            let head = item.isSymptom ? item.subjects.lazy.compactMap { causes[$0] }.first : nil
            heads.append(head ?? place)
            items[place].explainedBy = head.map { found[$0].check }
            for check in outcome.explains where check != item.check {
                let subject = Subject(check: check, stream: outcome.stream, group: outcome.group)
                if causes[subject] == nil { causes[subject] = heads[place] }
            }
            for check in outcome.covers where causes[Subject(check: check)] == nil {
                causes[Subject(check: check)] = heads[place]
            }
        }
        var ranks = found.map(\.rank)
        for (place, head) in heads.enumerated() { ranks[head] = min(ranks[head], ranks[place]) }
        return items.indices.sorted {
            (ranks[heads[$0]], heads[$0], $0) < (ranks[heads[$1]], heads[$1], $1)
        }.map { items[$0] }
    }
}

extension Diagnosis.Item {
    /// Whether a cause can explain it: only what was found can come from something.
    fileprivate var isSymptom: Bool {
        outcome.status == .failure || outcome.status == .warning || outcome.status == .note
    }

    /// What a cause may be about that explains it, the narrowest first.
    fileprivate var subjects: [Diagnosis.Subject] {
        let whole = Diagnosis.Subject(check: check)
        guard let stream = outcome.stream else { return [whole] }
        let all = Diagnosis.Subject(check: check, stream: stream)
        guard let group = outcome.group else { return [all, whole] }
        return [Diagnosis.Subject(check: check, stream: stream, group: group), all, whole]
    }
}
