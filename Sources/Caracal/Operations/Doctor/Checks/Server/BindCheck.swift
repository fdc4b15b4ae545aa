import Text

extension HealthCheck {
    static let bind = HealthCheck(
        "bind",
        subject: "bind: the addresses the server listens on. The specification has 0.0.0.0.",
        reason: "A server that listens on the loopback interface alone is not reached by services on other machines.",
        remedy:
            "Set bind in redis.conf, behind a firewall and with protected-mode yes. It is no failure on one machine.",
        urgency: .later
    ) { (server: ServerExamination) in
        server.settings.examine("bind") { value in
            let addresses = value.text.split(separator: " ").map { $0.drop { $0 == "-" } }
            let isLocal = addresses.allSatisfy { $0.hasPrefix("127.") || $0 == "::1" || $0 == "localhost" }
            guard !addresses.isEmpty, isLocal else { return nil }
            return CheckOutcome(.note, "the server listens on this machine alone", evidence: "bind is \(value)")
        }
    }
}
