import Text

extension HealthCheck {
    static let loss = HealthCheck(
        "loss",
        subject: "Entries that were removed before a group had been given them.",
        reason: """
            MAXLEN ~ trims whatever a slow group has not read. It shows only until the group reads on; afterwards the \
            server keeps no trace of it. Where entries were deleted one by one, or before Redis 7, it is not known.
            """,
        remedy: """
            What is lost can only be published again by its source: the outbox tables keep their rows for a while. \
            Raise the bound, or speed the group up, so that it does not happen again.
            """
    ) { examination in
        var inspection = examination.inspectGroups("what was trimmed before delivery") { _ in [] }
        let lost = examination.pending(.lostEntries).map {
            CheckOutcome(
                $0,
                fix: "publish again from the outbox tables; if they were trimmed, raise the bound or add consumers"
            )
        }
        let outcomes = lost + examination.pending(.lossUnknown).map { CheckOutcome($0, as: .unknown) }
        if !outcomes.isEmpty { inspection.saw(outcomes) }
        return inspection.or("no group has been overtaken by trimming")
    }
}
