import Redis

/// Which Postgres, and who to be there. Describing one never shows a password.
package struct PostgresSettings: Sendable, Equatable {
    /// What names the server; nil to leave that to libpq's own variables and files.
    package var url: PostgresURL?
    /// The password where the URL has none; nil for libpq's own ways: PGPASSWORD, ~/.pgpass.
    package var password: Secret?
    /// Whether libpq's variables (PGHOST, PGUSER, …) fill in what the URL leaves out. Where not, they are taken out of the
    /// environment of this process before it connects.
    package var usesEnvironment: Bool
    /// Whether every transaction may only look, unless it says otherwise.
    package var isReadOnly: Bool
    /// The setting that names the server, as errors tell it.
    package var namedBy: String?

    /// Settings of a session that only looks, unless said otherwise.
    package init(
        url: PostgresURL?,
        password: Secret? = nil,
        usesEnvironment: Bool = true,
        isReadOnly: Bool = true,
        namedBy: String? = nil
    ) {
        self.url = url
        self.password = password
        self.usesEnvironment = usesEnvironment
        self.isReadOnly = isReadOnly
        self.namedBy = namedBy
    }
}
