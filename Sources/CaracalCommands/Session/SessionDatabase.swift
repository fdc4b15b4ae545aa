import Caracal
import Postgres
import Redis
import Text

/// The connection to Postgres that a command's parts share; made when it is first asked for.
final class SessionDatabase {
    fileprivate var connection: PostgresConnection?
}

extension Session {
    /// Whether the settings name a database; throws where they are wrong.
    var hasDatabase: Bool {
        get throws(SettingsError) { try DatabaseSettings.resolve(source) != nil }
    }

    /// The connection to the database of the outboxes, the same at each call as long as it is open. Of a command that reads, and where
    /// only a look is asked for, the server refuses everything that writes.
    ///
    /// - Parameter isLooking: whether a command that writes only looks: for `--dry-run`.
    /// - Throws: what makes a line and a status: the settings' mistakes, 78 where nothing names a database, or `PostgresError`.
    func database(isLooking: Bool = false) throws -> PostgresConnection {
        if let connection = databaseInUse.connection, connection.isOpen { return connection }
        let settings = try DatabaseSettings.required(source)
        for warning in settings.warnings { say(.warning, code: warning.code, warning.message) }
        // A statement that nobody waits for any more is to end on the server too.
        Interruption.catchSignals()
        let connection = try PostgresConnection.connect(
            to: settings.postgres(isReadOnly: effect == .reads || isLooking),
            timeouts: self.settings.timeouts
        )
        databaseInUse.connection = connection
        return connection
    }
}

extension Session {
    /// What a look at the outboxes comes to, for a command that looks at more than them: a database that cannot be asked is told of,
    /// and the rest goes on. Only a request to stop ends it.
    func lookingAtOutboxes<Seen: Sendable & Equatable>(
        _ look: (PostgresConnection) throws(PostgresError) -> Seen
    ) throws -> OutboxSight<Seen> {
        do {
            return .seen(try look(try database()))
        } catch let error as PostgresError {
            if error.signal != nil { throw error }
            return .unreachable(CommandError(error, isCut: settings.end?.hasPassed == true).message)
        }
    }
}
