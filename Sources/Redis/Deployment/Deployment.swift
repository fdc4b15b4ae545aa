/// What there is to connect to: a server whose address is known, or one that others have to be asked for.
package enum Deployment: Sendable, Equatable, CustomStringConvertible {
    /// One server, as it is: master or replica.
    case server(Endpoint)
    /// The master that Sentinels watch over.
    case sentinels(Sentinels)

    /// Connects, and is let in, within `timeouts.connect`; the search for the master included.
    ///
    /// - Parameter name: the client name to take; one that no other connection has, unless given.
    package func open(
        timeouts: Timeouts,
        name: ConnectionName = ConnectionName()
    ) throws(RedisError) -> Connection {
        switch self {
        case .server(let endpoint): try Connection.open(endpoint, timeouts: timeouts, name: name)
        case .sentinels(let sentinels): try MasterSearch(sentinels, timeouts: timeouts, name: name).run()
        }
    }

    /// How messages name it when no server of it has been reached.
    package var description: String {
        switch self {
        case .server(let endpoint): endpoint.description
        case .sentinels(let sentinels): sentinels.description
        }
    }
}
