extension HealthCheck {
    static let streams = HealthCheck(
        "streams",
        subject: "Whether every stream of the provisioning table exists, and is a stream.",
        reason: """
            Publishing creates a missing stream without its groups, and groups that come later never see what was \
            published before. The revocation stream must exist before the STS starts. A key of another type makes \
            every command on it fail.
            """,
        remedy: """
            caracalctl provision creates what is missing. A key of another type is never deleted by caracalctl: find \
            out whose it is (TYPE, TTL), have it renamed, then provision.
            """
    ) { examination in
        let missing = examination.pending("missing").map { CheckOutcome($0, fix: "caracalctl provision \($0.word)") }
        let others = examination.pending("wrong_type").map {
            CheckOutcome(
                $0,
                fix:
                    "\(RedisCLI.text) RENAME \(ShellWord.quoted(Array(($0.stream ?? "").utf8))) NEWNAME, then caracalctl provision"
            )
        }
        let refused = examination.pending("refused").map { CheckOutcome($0, as: .unknown) }
        return (missing + others + refused).or("all \(examination.pending.streams.count) streams are there")
    }
}
