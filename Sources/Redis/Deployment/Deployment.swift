/// What there is to connect to: a server whose address is known, or one that others have to be asked for.
package enum Deployment: Sendable, Equatable, CustomStringConvertible {
    /// One server, as it is: master or replica.
    case server(Endpoint)
    /// The master that Sentinels watch over.
    case sentinels(Sentinels)

    /// Connects, and is let in, within `timeouts.connect`; the search for the master included. A server that says it is one
    /// of a cluster is taken for the cluster.
    ///
    /// - Parameter name: the client name to take; one that no other connection has, unless given.
    package func open(
        timeouts: Timeouts,
        name: ConnectionName = ConnectionName()
    ) throws(RedisError) -> any CommandChannel {
        switch self {
        case .server(let endpoint):
            let connection = try Connection.open(endpoint, timeouts: timeouts, name: name)
            return try Self.isOfCluster(connection) ? try Cluster(over: connection) : connection
        case .sentinels(let sentinels): return try MasterSearch(sentinels, timeouts: timeouts, name: name).run()
        }
    }

    /// HELLO tells; where it may not be said INFO does, if that may be asked.
    private static func isOfCluster(_ connection: Connection) throws(RedisError) -> Bool {
        guard connection.server == ServerIdentity() else { return connection.server.mode == .cluster }
        return try connection.ask(Info("cluster")).value?.flag("cluster_enabled") ?? false
    }

    /// How messages name it when no server of it has been reached.
    package var description: String {
        switch self {
        case .server(let endpoint): endpoint.description
        case .sentinels(let sentinels): sentinels.description
        }
    }
}
