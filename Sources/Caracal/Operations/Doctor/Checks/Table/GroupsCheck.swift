extension HealthCheck {
    static let groups = HealthCheck(
        "groups",
        subject: "Whether every consumer group of the provisioning table exists, on the streams that do.",
        reason: """
            The services create their group only when they start. After a flush, or when a publisher has created the \
            stream again, they see NOGROUP until someone provisions.
            """,
        remedy:
            "caracalctl provision, then see that the consumers come back. --start 0 shows them what is there already."
    ) { examination in
        examination.pending("missing_group").map {
            CheckOutcome($0, fix: "caracalctl provision \($0.word)")
        }.or("all groups of the table are there")
    }
}
