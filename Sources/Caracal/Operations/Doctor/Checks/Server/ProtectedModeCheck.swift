import Text

extension HealthCheck {
    static let protectedMode = HealthCheck(
        "protected-mode",
        subject: "protected-mode: the server turns away other machines while the default user has no password.",
        reason: """
            Without it, a server that has no password is open to anyone who reaches its port: every session could be \
            revoked, and every audit event read or deleted. Whether the default user has a password is judged by \
            whether we had to give one.
            """,
        remedy: "CONFIG SET protected-mode yes, and in redis.conf; and give the default user a password.",
        urgency: .later
    ) { (server: ServerExamination) in
        server.settings.examine("protected-mode") { value in
            guard value != "yes" else { return nil }
            let bind = server.settings["bind"].value
            let evidence: Evidence = "protected-mode is \(value); bind is \(bind ?? "not known")"
            let fix = ServerSettings.fix("protected-mode", "yes")
            return server.hasCredentials
                ? CheckOutcome(.warning, "protected-mode is off", evidence: evidence, fix: fix)
                : CheckOutcome(
                    .failure,
                    "protected-mode is off, and the server accepted us without a password: it is open to all who reach it",
                    evidence: evidence,
                    fix: fix
                )
        }
    }
}
