import Text

extension HealthCheck {
    static let maxmemoryPolicy = HealthCheck(
        "maxmemory-policy",
        subject: "maxmemory-policy: what the server does when memory is full. It must be noeviction.",
        reason: """
            Any other policy lets a full server delete keys, and a stream is one key: it goes whole, with its groups \
            and all that nobody has read.
            """,
        remedy: "CONFIG SET maxmemory-policy noeviction, and in redis.conf.",
        urgency: .later
    ) { (server: ServerExamination) in
        let policy = server.memory.server.policy
        let fix = ServerSettings.fix("maxmemory-policy", "noeviction")
        return Inspection(policy, "maxmemory-policy", "INFO or CONFIG GET") { _ in
            server.memory(.policy).map { CheckOutcome($0, fix: fix) }
        }.or("maxmemory-policy is noeviction")
    }
}
