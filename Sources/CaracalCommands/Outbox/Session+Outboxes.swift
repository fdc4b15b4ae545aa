import Caracal
import Postgres
import Redis
import Text

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
            return .unreachable(Failure(error).message)
        }
    }
}
