import Caracal
import Postgres
import Redis

/// The services' dispatchers as long as an incident lasts: what the operator returns to waiting is published, as it is where the
/// services run.
struct IncidentDispatchers {
    private let setup: Dispatch.Setup
    private let database: PostgresConnection

    /// As who the API's dispatcher takes rows.
    private static let worker = Array("api-6f4c9b-k8m4t".utf8)

    /// - Parameters:
    ///   - outboxes: those whose services run.
    ///   - key: what they sign with.
    init(of outboxes: [OutboxTable], in database: SandboxDatabase, key: SigningKey?, to endpoint: Endpoint) throws {
        self.database = try database.connect()
        setup = Dispatch.Setup(
            outboxes: outboxes.map { ($0, .standard(of: $0)) },
            key: key,
            allowsNewlines: false,
            allowsOtherKey: false,
            connect: { () throws(RedisError) in
                ReconnectingChannel(try Connection.open(endpoint, timeouts: Timeouts(command: .seconds(30))))
            },
            confirmation: { _ in nil }
        )
    }

    /// Publishes what waits. Whatever keeps it from that, as the incident may: the next round tries again.
    func makeRound() {
        var dispatch = Dispatch(setup, on: database, worker: Self.worker)
        guard (try? dispatch.plan()) != nil, dispatch.report.open > 0 else { return }
        dispatch.run(follows: false)
    }
}
