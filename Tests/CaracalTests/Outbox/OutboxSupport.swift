import Postgres
import Redis
import RedisSandbox
import TestSupport

extension PostgresServer {
    /// Connects, to look only unless said otherwise.
    func connect(as role: String = "caracal", writing: Bool = false) throws -> PostgresConnection {
        let settings = PostgresSettings(
            url: try PostgresURL(url(role: role, password: password)),
            usesEnvironment: false,
            isReadOnly: !writing
        )
        return try PostgresConnection.connect(
            to: settings,
            timeouts: Timeouts(connect: .seconds(30), command: .seconds(30))
        )
    }

    /// One row in each state that a table has, all for one stream, and their ids.
    func fill(_ outbox: TestOutbox, stream: String = "caracal.sessions.revoke") throws -> [String] {
        let states: [OutboxRowState] = [
            .waiting, .retrying(inSeconds: 600), .dead(), .published, .locked(by: "w-1", forSeconds: 600),
            .locked(by: "w-2", forSeconds: -60),
        ]
        let applicable = outbox == .api ? states[...] : states.prefix(4)
        var age = 700.0
        return try applicable.flatMap { state in
            age -= 100
            return try insertRows(in: outbox, state, stream: stream, secondsAgo: age)
        }
    }
}
