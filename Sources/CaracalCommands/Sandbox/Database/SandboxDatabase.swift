import Caracal
import Postgres
import Redis
import RedisSandbox

/// The private PostgreSQL of a sandbox, with both outboxes.
package struct SandboxDatabase: Sendable {
    /// The server.
    package let server: PostgresServer

    package init(_ server: PostgresServer) { self.server = server }

    /// The variables that lead to it: the password is in a file, as that of libpq.
    var variables: [(String, String)] { [("DATABASE_URL", server.url), ("PGPASSFILE", server.passwordFile)] }

    /// The names of these variables.
    static let variables = ["DATABASE_URL", "PGPASSFILE"]

    /// A connection of the owner of both tables. The environment leads nowhere else.
    func connect() throws -> PostgresConnection {
        let settings = PostgresSettings(
            url: try PostgresURL(server.url),
            password: Secret(Array(server.password.utf8)),
            usesEnvironment: false,
            isReadOnly: false
        )
        return try PostgresConnection.connect(to: settings, timeouts: Timeouts(command: .seconds(60)))
    }
}
