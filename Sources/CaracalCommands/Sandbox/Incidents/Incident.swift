/// A way in which a bus breaks, for drills and tests: what is wrong on a private server, and the complaint of somebody who feels it.
package struct Incident: Sendable {
    /// A short name, which says what is felt and not what the cause is.
    package let name: String
    /// What an operator is told: one sentence.
    package let complaint: String
    /// The heading of its page in caracalctl-runbook(7).
    package let page: String
    /// The id of doctor's check that finds the cause.
    package let check: String
    /// Whether the bus has to have a database with the outboxes.
    package let needsDatabase: Bool
    /// Whether it takes the start of a service to end it, which the drill has to have a way for.
    let needsStart: Bool
    /// Brings a bus into this state.
    package let prepare: @Sendable (IncidentSandbox) throws -> Void

    /// - Parameters:
    ///   - page: the heading in caracalctl-runbook(7).
    ///   - check: doctor's check that finds the cause.
    init(
        _ name: String,
        _ complaint: String,
        page: String,
        check: String,
        needsDatabase: Bool = false,
        needsStart: Bool = false,
        _ prepare: @escaping @Sendable (IncidentSandbox) throws -> Void
    ) {
        self.name = name
        self.complaint = complaint
        self.page = page
        self.check = check
        self.needsDatabase = needsDatabase
        self.needsStart = needsStart
        self.prepare = prepare
    }

    /// Every incident, in the sizes in which it was first seen.
    package static let all: [Incident] = [
        anotherKey(), lastDelivery(), fullMemory(), emptyStart(), unreadLoss(), movedMaster(), leftOverNames(),
        futureID(),
        databaseOutage(), fullDisk(), slowServer(), missingReplica(), crashedServer(), flushedServer(), deadRows(),
        vanishedWorker(),
    ]

    /// What empties the server, and what has it refuse writes.
    private static let (emptying, refusing) = (
        ["policy-no-effect", "bus-empty", "revocations-missing"],
        ["publishing-fails", "nothing-published", "after-failover", "after-maintenance"]
    )

    /// Incidents that are prepared on one bus, in an order in which none undoes another one or keeps it from being prepared.
    package static func inOrder(_ incidents: [Incident]) -> [Incident] {
        let place = { (incident: Incident) in
            emptying.contains(incident.name) ? 0 : 1 + (refusing.firstIndex(of: incident.name).map { $0 + 1 } ?? 0)
        }
        return (0...refusing.count + 1).flatMap { wanted in incidents.filter { place($0) == wanted } }
    }

    /// The incident of that name.
    static func named(_ name: String) -> Incident? {
        all.first { $0.name == name }
    }
}
