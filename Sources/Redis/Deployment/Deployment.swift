import RESP

/// What there is to connect to: a server whose address is known, or one that others have to be asked for.
package enum Deployment: Sendable, Equatable, CustomStringConvertible {
    /// One server, as it is: master or replica.
    case server(Endpoint)
    /// The master that Sentinels watch over.
    case sentinels(Sentinels)

    /// Connects, and is let in, within `timeouts.connect`; the search for the master included. A server that says it is one
    /// of a cluster is taken for the cluster.
    ///
    /// - Parameters:
    ///   - name: the client name to take; one that no other connection has, unless given.
    ///   - questions: what will be asked first, see `Connection.open`: commands that only read. They are not sent along where
    ///     Sentinels name the server; those that a server of a cluster got are dropped.
    package func open(
        timeouts: Timeouts,
        name: ConnectionName = ConnectionName(),
        asking questions: [Command] = []
    ) throws(RedisError) -> any CommandChannel {
        switch self {
        case .server(let endpoint):
            let connection = try Connection.open(endpoint, timeouts: timeouts, name: name, asking: questions)
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

/// The Sentinels that watch over a master, and how to be let in by them and by it. Describing them shows no password.
package struct Sentinels: Sendable, Equatable, CustomStringConvertible {
    /// Where they listen, each with their own credentials: those of the master are not for them.
    package var endpoints: [Endpoint]
    /// The name under which they know the master.
    package var masterName: String
    /// The master's database; Caracal's streams live in 0.
    package var database: Int
    /// Who to be on the master; nil to send no AUTH.
    package var credentials: Credentials?
    /// How to speak TLS with the master; nil to speak in the clear.
    package var tls: TLSPolicy?

    /// The port of a Sentinel, unless another is given.
    package static let standardPort: UInt16 = 26_379

    /// Sentinels that know the master by `masterName`.
    package init(
        endpoints: [Endpoint],
        masterName: String,
        database: Int = 0,
        credentials: Credentials? = nil,
        tls: TLSPolicy? = nil
    ) {
        self.endpoints = endpoints
        self.masterName = masterName
        self.database = database
        self.credentials = credentials
        self.tls = tls
    }

    /// The master, once its address is known.
    func master(at address: Endpoint.Address) -> Endpoint {
        Endpoint(address: address, database: database, credentials: credentials, tls: tls)
    }

    /// `master mymaster of 10.0.0.1:26379, 10.0.0.2:26379`
    package var description: String {
        "master \(masterName) of \(endpoints.map(\.description).joined(separator: ", "))"
    }
}
