import RedisSandbox
import TestSupport

/// What every run of `outbox reconcile` shows beside what it found.
enum ReconcileOutput {
    /// The first line: what is compared.
    static func title(_ server: SandboxServer, _ postgres: PostgresServer) -> String {
        "\(outboxes(postgres)) against Redis 127.0.0.1:\(server.port ?? 0)\n"
    }

    /// The database, as it is named.
    static func outboxes(_ postgres: PostgresServer) -> String {
        postgres.url(role: "caracal").split(separator: "@").last.map(String.init) ?? ""
    }

    /// Said where there is no key.
    static let unchecked =
        "caracalctl: warning: signatures were not checked: no key is set (STREAMS_HMAC_KEY, AUDIT_HMAC_KEY)\n"
}
