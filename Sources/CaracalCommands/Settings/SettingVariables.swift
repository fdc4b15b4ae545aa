/// The environment variables that the tool reads, and what each of them is about.
enum SettingVariables {
    /// Where the server is, who to be there, and how it is spoken to.
    static let connection = [
        "CARACALCTL_CONTEXT", "CARACALCTL_URL", "CARACALCTL_SOCKET", "CARACALCTL_HOST", "CARACALCTL_PORT",
        "CARACALCTL_SENTINEL", "CARACALCTL_MASTER_NAME", "CARACALCTL_SENTINEL_USER", "CARACALCTL_SENTINEL_PASSWORD",
        "CARACALCTL_SENTINEL_PASSWORD_FILE", "CARACALCTL_DB", "CARACALCTL_USER", "CARACALCTL_PASSWORD_FILE",
        "CARACALCTL_TLS", "CARACALCTL_CACERT", "CARACALCTL_CAPATH", "CARACALCTL_CERT", "CARACALCTL_KEY",
        "CARACALCTL_SNI", "CARACALCTL_INSECURE", "REDIS_URL", "REDIS_URL_FILE", "REDIS_HOST", "REDIS_PORT",
        "REDIS_USERNAME", "REDIS_PASSWORD_FILE", "REDIS_PASSWORD", "REDISCLI_AUTH",
    ]

    /// The signing keys.
    static let keys = ["STREAMS_HMAC_KEY", "STREAMS_HMAC_KEY_FILE", "AUDIT_HMAC_KEY", "AUDIT_HMAC_KEY_FILE"]

    /// Where the database of the outboxes is, and who to be there. libpq reads more of its own.
    static let database = [
        "DATABASE_URL", "DATABASE_URL_FILE", "PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGPASSWORD",
        "PGPASSWORD_FILE", "PGDATABASE", "PGSSLMODE", "PGSERVICE",
    ]

    /// What is about this process and not about a server: how long it waits, what it shows, what it may do.
    static let process = [
        "CARACALCTL_CONNECT_TIMEOUT", "CARACALCTL_TIMEOUT", "CARACALCTL_OUTPUT", "CARACALCTL_QUIET",
        "CARACALCTL_READ_ONLY", "CARACALCTL_CONFIRM", "CARACALCTL_COLOR", "CARACALCTL_LOCAL", "CARACALCTL_TRACE",
    ]

    /// What the services tell their dispatchers.
    static let dispatch = [
        "CARACAL_OUTBOX_POLL_MS", "OUTBOX_POLL_MS", "CARACAL_OUTBOX_BATCH", "OUTBOX_BATCH_SIZE",
        "CARACAL_OUTBOX_LOCK_SEC", "OUTBOX_LOCK_SEC", "CARACAL_OUTBOX_MAX_ATTEMPTS", "OUTBOX_MAX_ATTEMPTS",
        "CARACAL_OUTBOX_STREAM_MAXLEN", "OUTBOX_STREAM_MAXLEN", "OUTBOX_INTERVAL_MS", "STREAMS_MAXLEN",
    ]

    /// What the services are told, and what the system says of its certificates and terminals.
    static let surroundings = [
        "AUDIT_CLAIM_IDLE_SECS", "AUDIT_MAX_DELIVERIES", "CARACAL_MODE", "SSL_CERT_FILE", "SSL_CERT_DIR", "NO_COLOR",
        "CLICOLOR_FORCE",
    ]

    /// Whether a variable may lead a program to a deployment, its database or its secrets. Decided by how the names begin,
    /// so that one that is read tomorrow, or by another client in the sandbox, does not lead out of it.
    static func leadsToDeployment(_ name: String) -> Bool {
        // Confirming a context is of no use where no context is.
        guard name == "CARACALCTL_CONFIRM" || !process.contains(name) else { return false }
        return deploymentPrefixes.contains(where: name.hasPrefix)
    }

    private static let deploymentPrefixes = [
        "CARACALCTL_", "REDIS", "VALKEY", "SENTINEL", "STREAMS_HMAC_KEY", "AUDIT_HMAC_KEY", "DATABASE_URL", "PG",
    ]
}
