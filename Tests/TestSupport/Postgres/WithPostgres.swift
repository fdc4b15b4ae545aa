import Glibc
import RedisSandbox

/// Runs `body` with a PostgreSQL server that has both outboxes, empty, and that nobody else uses meanwhile.
///
/// With settings of its own it is a new one, gone afterwards whatever happened; without, one that other tests had before.
/// Where every `try` of the body stands inside `#expect`, the closure has to begin with `postgres throws in`.
package func withPostgres<Result>(
    _ settings: PostgresServerSettings = PostgresServerSettings(),
    _ body: (PostgresServer) throws -> Result
) throws -> Result {
    guard settings != PostgresServerSettings() else { return try PostgresPool.lend(body) }
    let server = try startPostgres(settings)
    defer { server.stop() }
    return try body(server)
}

/// As the other `withPostgres`, for a body that suspends.
package func withPostgres<Result>(
    _ settings: PostgresServerSettings = PostgresServerSettings(),
    _ body: (PostgresServer) async throws -> Result
) async throws -> Result {
    guard settings != PostgresServerSettings() else { return try await PostgresPool.lend(body) }
    let server = try startPostgres(settings)
    defer { server.stop() }
    return try await body(server)
}

/// Starts a private PostgreSQL server, for a test that needs it longer than one closure; it is gone with the last reference to it.
///
/// The first call of a run makes the files from which all its servers are copied.
package func startPostgres(_ settings: PostgresServerSettings = PostgresServerSettings()) throws -> PostgresServer {
    try PostgresServer.start(settings, from: try SharedTemplate.made.get())
}

private enum SharedTemplate {
    static let made: Result<PostgresTemplate, any Error> = Result {
        let template = try PostgresTemplate()
        // A static value is never let go of.
        atexit { try? SharedTemplate.made.get().remove() }
        return template
    }
}

extension PostgresServerSettings.Certificate {
    /// A certificate of the tests' authority.
    package init(_ certificate: TLSCertificate) throws {
        let files = try TLSFiles.shared
        self.init(
            certificate: try TemporaryFolder.read(files.file(certificate)),
            key: try TemporaryFolder.read(files.key(certificate))
        )
    }
}

extension CommandRunner {
    /// A runner of `caracalctl` for a Redis and a database: its environment has REDIS_URL, DATABASE_URL and PGPASSFILE.
    package init(for server: SandboxServer, _ postgres: PostgresServer, role: String = "caracal") {
        self.init(for: server)
        environment["DATABASE_URL"] = postgres.url(role: role)
        environment["PGPASSFILE"] = postgres.passwordFile
    }

    /// A runner of `caracalctl` for a database: its environment has DATABASE_URL and PGPASSFILE.
    package init(for postgres: PostgresServer, role: String = "caracal") {
        self.init(environment: ["DATABASE_URL": postgres.url(role: role), "PGPASSFILE": postgres.passwordFile])
    }
}
