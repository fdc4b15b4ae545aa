/// The connections to the servers of a cluster, opened as they are needed, all with the credentials, the TLS policy, the
/// timeouts and the name of the first one.
final class ClusterConnections {
    /// Where the first one leads, and how the others are opened.
    let seed: Endpoint
    /// How long each waits.
    let timeouts: Timeouts
    /// The name of all of them.
    let name: ConnectionName
    /// The first one's, for all of them: a file of issuers takes longer to read than a handshake.
    private let tlsContext: TLSContext?
    private var connections: [Endpoint.Address: Connection]
    /// Where the first one leads, as the cluster calls it.
    private var first: Endpoint.Address

    init(over first: Connection) {
        seed = first.endpoint
        timeouts = first.timeouts
        name = first.name
        tlsContext = first.tlsContext
        self.first = first.endpoint.address
        connections = [first.endpoint.address: first]
    }

    /// The connection to a server; a new one where there is none, or where it was lost.
    func connection(to address: Endpoint.Address, until deadline: Deadline) throws(RedisError) -> Connection {
        if let connection = connections[address], connection.isOpen { return connection }
        let end = Deadline.after(timeouts.connect).orEarlier(deadline)
        let opened: Connection
        do throws(RedisError) {
            opened = try Connection.open(
                endpoint(at: address),
                timeouts: timeouts,
                name: name,
                until: end,
                sharing: tlsContext
            )
        } catch {
            throw error.aboutMember()
        }
        connections[address] = opened
        return opened
    }

    /// A server of the cluster as it is connected to.
    func endpoint(at address: Endpoint.Address) -> Endpoint {
        var endpoint = seed
        endpoint.address = address
        if address != seed.address { endpoint.namedBy = nil }
        return endpoint
    }

    /// Notes that a connection leads to a server which the others call `address`: it needs no second one.
    func rename(_ connection: Connection, to address: Endpoint.Address) {
        guard connections[address] == nil else { return }
        connections[address] = connection
        connections[connection.endpoint.address] = nil
        if first == connection.endpoint.address { first = address }
    }

    /// The servers to which there is a connection that can be used: the first one before all others.
    var open: [Endpoint.Address] {
        connections.filter { $0.value.isOpen }.map(\.key).sorted { one, _ in one == first }
    }

    /// Ends all.
    func close() {
        for connection in connections.values { connection.close() }
    }

    /// How often any of them sent something and waited for the replies, letting in included.
    var roundTrips: Int { connections.values.reduce(0) { $0 + $1.roundTrips } }
}
