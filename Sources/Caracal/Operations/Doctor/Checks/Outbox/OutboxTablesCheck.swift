import Text

extension HealthCheck {
    static let outboxTables = HealthCheck(
        "outbox-tables",
        subject:
            "Whether the outbox tables in Postgres can be read: event_outbox (API) and caracal_outbox (Coordinator).",
        reason: """
            Every message of the bus begins as a row there. What is stuck in a table is in no stream, so nothing on Redis \
            shows it. These checks are made where DATABASE_URL is set.
            """,
        remedy: """
            Check DATABASE_URL and the role's rights: outbox --emit-grants observer prints what is needed. A database that one \
            service alone uses has one of the tables.
            """
    ) { (sight: OutboxSight<OutboxExamination>) in
        guard case .seen(let outboxes) = sight else { return Inspection() }
        return Inspection(of: OutboxTable.allCases) { table in
            outboxes.problems.filter { $0.outbox == table }.map { CheckOutcome($0.finding, fix: fix($0)) }
        }.or("both tables can be read")
    }

    private static func fix(_ problem: OutboxProblem) -> TerminalText? {
        switch problem.reason {
        case .notPermitted: "caracalctl outbox --emit-grants observer # what the role lacks is among it"
        case .missing: "caracalctl env # whether DATABASE_URL names the database that is meant"
        case .otherShape: nil
        }
    }
}
