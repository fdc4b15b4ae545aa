import Redis
import Text

/// What Redis is like while no row is due: that there is nothing to do does not show that rows could be published.
package struct IdleLook: Sendable, Equatable {
    /// Which server it is, as messages name it.
    package let server: TerminalText
    /// Whether any stream exists that the tables are published to.
    package let hasStreams: Bool
    /// What the newest entries of the streams say of the key; unknown where nothing is to be signed.
    package let key: KeyVerdict

    /// Connects, and looks. Throws what keeps every row from being published: a server that is away, refuses, or is a replica.
    init(
        at tables: [OutboxTable],
        _ key: SigningKey?,
        connect: () throws(RedisError) -> ReconnectingChannel
    ) throws(DispatchEnding) {
        let streams = StreamLook(streams: tables.flatMap(\.streams), includesGroups: false, includesTime: false)
        let connection: any CommandChannel
        do throws(RedisError) { connection = try connect().connection } catch { throw DispatchEnding(error) }
        guard connection.server.role != .replica else { throw .replica }
        do throws(RedisError) {
            hasStreams = try streams.run(on: connection).streams.contains { $0.state != .missing }
        } catch {
            throw DispatchEnding(error)
        }
        server = "\(connection.place)"
        var trial = key.map { KeyTrial($0) }
        try trial?.look(at: nil, on: connection)
        self.key = trial?.verdict(on: nil) ?? .unknown
    }
}
