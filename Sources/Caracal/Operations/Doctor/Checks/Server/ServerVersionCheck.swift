import Redis
import Text

extension HealthCheck {
    static let serverVersion = HealthCheck(
        "server-version",
        subject: "The version: Redis 8 is what Caracal runs, 6.2 the oldest that works at all; Valkey 9 works too.",
        reason: """
            Before 7 the server counts neither lag nor lost entries. Before 8 its lag stays too large for ever once \
            trimming has overtaken a group. Before 7.2 the idle time of a consumer does not tell waiting from gone.
            """,
        remedy: "Upgrade to Redis 8.",
        urgency: .later
    ) { (server: ServerExamination) in
        guard let version = server.server.version, let series = version.series, version.product != .other else {
            return .unseen("the server does not tell its version")
        }
        return Inspection(of: [version]) { version in
            [version.product == .valkey ? valkey(version) : redis(version, series)].compactMap { $0 }
        }.or("\(version)")
    }

    /// What is to be said of a version of Redis; nil when it is in order.
    private static func redis(_ version: ServerVersion, _ series: ServerVersion.Series) -> CheckOutcome? {
        let fix: TerminalText = "upgrade to Redis 8"
        if series < ServerVersion.Series(6, 2) {
            return CheckOutcome(.failure, "\(version) is too old: 6.2 is the oldest that works", fix: fix)
        }
        if series.major < 7 {
            let finding: Evidence = "\(version) counts neither lag nor lost entries: both may stay unknown"
            return CheckOutcome(.warning, finding, fix: fix)
        }
        return series.major < 8 ? CheckOutcome(.note, "\(version) works; Caracal is made for Redis 8") : nil
    }

    /// What is to be said of a version of Valkey; nil when it is in order.
    private static func valkey(_ version: ServerVersion) -> CheckOutcome? {
        guard !version.countersOutliveTrimming else { return nil }
        return CheckOutcome(.note, "\(version) works as Redis 7 does; its counters are not known to outlive trimming")
    }
}
