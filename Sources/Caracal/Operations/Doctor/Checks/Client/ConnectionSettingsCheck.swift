import Text

extension HealthCheck {
    static let connectionSettings = HealthCheck(
        "connection-settings",
        subject: "What is doubtful about how the server is reached: the database, the password's file, TLS.",
        reason: "A password that others can read is everybody's. In another database than 0 there are no streams.",
        remedy: "caracalctl env shows where each setting comes from.",
        urgency: .later
    ) { examination in
        Inspection(of: [examination.setup.doubts]) { $0.map { CheckOutcome($0, fix: "caracalctl env") } }.or(
            "the settings are in order"
        )
    }
}
