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
        switch sight {
        case .unreachable(let reason): return .unseen("the outboxes are not known: \(reason)")
        case .seen(let outboxes):
            let lacks = outboxes.status.lacks
            var inspection = Inspection(
                of: OutboxTable.allCases.filter { table in !lacks.contains { $0.outbox == table } }
            ) {
                _ in []
            }
            for lack in lacks {
                switch lack.reason {
                case .notPermitted: inspection.miss(lack.text)
                case .missing, .otherShape: inspection.saw([CheckOutcome(lack.finding)])
                }
            }
            return inspection.or("both tables can be read")
        }
    }
}
