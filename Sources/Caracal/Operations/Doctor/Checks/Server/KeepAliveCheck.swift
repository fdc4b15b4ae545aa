import Text

extension HealthCheck {
    static let keepAlive = HealthCheck(
        "tcp-keepalive",
        subject:
            "tcp-keepalive: after how many quiet seconds the server asks whether a peer is still there. 60 is required.",
        reason: """
            Without it the connections of machines that vanished stay for ever, and firewalls forget quiet ones that \
            are still in use.
            """,
        remedy: "CONFIG SET tcp-keepalive 60, and in redis.conf.",
        urgency: .later
    ) { (server: ServerExamination) in
        server.settings.examine("tcp-keepalive") { value in
            guard value != "60" else { return nil }
            let fix = ServerSettings.fix("tcp-keepalive", "60")
            return value == "0"
                ? CheckOutcome(.warning, "tcp-keepalive is off: peers that vanished are never noticed", fix: fix)
                : CheckOutcome(.note, "tcp-keepalive is \(value), not 60", fix: fix)
        }
    }
}
