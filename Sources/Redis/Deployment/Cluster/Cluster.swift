import RESP

/// A cluster: each command goes to the server that holds its key, and follows the key when it moves.
///
/// The map of who holds what is asked for once, corrected by every `MOVED`, and asked for again when a server is lost.
package final class Cluster: CommandChannel {
    package let endpoint: Endpoint
    package let timeouts: Timeouts
    package let server: ServerIdentity
    package let isNamed: Bool
    package let isCluster = true
    package var name: ConnectionName { connections.name }

    let connections: ClusterConnections
    private(set) var map = ClusterMap()
    /// The servers that a look has found lost, each until it is tried again, and what it was lost to where that is known.
    private var lost: [Endpoint.Address: (until: ContinuousClock.Instant, cause: RedisError.Cause?)] = [:]

    /// A cluster that one of its servers was asked for, over an open connection; asks it for the map.
    package init(over first: Connection) throws(RedisError) {
        endpoint = first.endpoint
        timeouts = first.timeouts
        isNamed = first.isNamed
        var identity = first.server
        // Whatever the first one is, commands go to masters.
        (identity.role, identity.mode) = (.master, .cluster)
        server = identity
        connections = ClusterConnections(over: first)
        try learn(from: first, until: .after(first.timeouts.command))
    }

    /// How often any server was sent something whose replies were waited for, letting in included.
    package var roundTrips: Int { connections.roundTrips }

    package func pipeline(_ commands: [Command], until deadline: Deadline) throws(RedisError) -> [Reply] {
        var pipeline = ClusterPipeline(commands, on: self, until: timeouts.capped(deadline))
        return try pipeline.run()
    }

    package func look(_ commands: [Command]) throws(RedisError) -> [Reply] {
        var pipeline = ClusterPipeline(commands, on: self, until: .after(timeouts.command), isPatchy: true)
        return try pipeline.run()
    }

    package func reachableMasters() throws(RedisError) -> [Connection] {
        guard map.masters.contains(where: isLost) else { return try masters() }
        var reachable: [Connection] = []
        for address in map.masters where !isLost(address) {
            reachable.append(try connections.connection(to: address, until: .after(timeouts.command)))
        }
        return reachable
    }

    package var hasAllMasters: Bool { !map.masters.contains(where: isLost) }

    package func isLost(_ key: [UInt8]) -> Bool { isLost(owner(of: KeySlot(key: key))) }

    package func connection(for key: [UInt8]) throws(RedisError) -> Connection {
        try connecting { deadline throws(RedisError) in
            try self.connections.connection(to: self.owner(of: KeySlot(key: key)), until: deadline)
        }
    }

    package func masters() throws(RedisError) -> [Connection] {
        try connecting { deadline throws(RedisError) in
            var masters: [Connection] = []
            for address in self.map.masters {
                masters.append(try self.connections.connection(to: address, until: deadline))
            }
            return masters
        }
    }

    /// Connects, and where that fails looks for the server's successor and tries again.
    private func connecting<Value>(
        _ connect: (Deadline) throws(RedisError) -> Value
    ) throws(RedisError) -> Value {
        let deadline = timeouts.capped(.after(timeouts.command))
        var retries = Retries(by: deadline)
        var isFirst = true
        return try retries.run { () throws(RedisError) in
            if !isFirst { try learn(without: nil, until: deadline) }
            isFirst = false
            return try connect(deadline)
        }
    }

    package func confirmOwner(of key: [UInt8]) throws(RedisError) {
        let slot = KeySlot(key: key)
        var deadline = timeouts.capped(.after(timeouts.connect))
        // What was acknowledged waits for this: a first request to stop does not end it.
        deadline.heedsInterrupts = false
        let replicas = map.replicas(of: slot)
        for (index, replica) in replicas.enumerated() {
            let share = deadline.share(of: replicas.count - index)
            guard try isMaster(replica, until: share) else { continue }
            let reason = "it is not the master of its slots any more"
            let server = try connections.connection(to: owner(of: slot), until: deadline)
            throw server.failure(.link(.disconnected(reason: reason)), .awaiting)
        }
    }

    /// Whether a server says that it is a master. One that cannot be asked has not taken anybody's place, as far as is known.
    private func isMaster(_ address: Endpoint.Address, until deadline: Deadline) throws(RedisError) -> Bool {
        do throws(RedisError) {
            let server = try connections.connection(to: address, until: deadline)
            // Commands without a key go to any open connection, and not to a replica's.
            defer { server.close() }
            let request = Info("replication")
            let reply = try server.pipeline([request.command], until: deadline)[0]
            return try server.read(reply, of: request).value?.text("role") == "master"
        } catch {
            if error.signal != nil { throw error }
            return false
        }
    }

    package func recovers(from error: RedisError) -> Bool {
        error.nextStep(isRepeatable: true) != .stop || error.refusal?.isOfRouting ?? false
    }

    package func failure(_ cause: RedisError.Cause, _ phase: RedisError.Phase) -> RedisError {
        if case .refused = cause {} else { connections.close() }
        return RedisError(endpoint, phase, cause)
    }

    package func close() { connections.close() }
}

// MARK: - The map

extension Cluster {
    /// The server to ask about a slot: the one that serves it, or else any, which will say what is wrong.
    func owner(of slot: KeySlot) -> Endpoint.Address {
        map.owner(of: slot) ?? anybody
    }

    package var members: [Endpoint] {
        map.members.map { connections.endpoint(at: $0.address) }
    }

    package var representative: Endpoint { connections.endpoint(at: anybody) }

    /// Whether a look has just waited for a server in vain: one that follows need not.
    func isLost(_ address: Endpoint.Address) -> Bool { lost[address].map { $0.until > .now } ?? false }

    /// Notes that a look has waited for a server in vain.
    ///
    /// - Parameter cause: what it was lost to; nil where this look has not tried it.
    func lose(_ address: Endpoint.Address, to cause: RedisError.Cause?) {
        lost[address] = (ContinuousClock.now + timeouts.command * 2, cause ?? lost[address]?.cause)
    }

    /// Whether a server was lost because nobody here knows the name that the cluster announces for it.
    func isNameless(_ address: Endpoint.Address) -> Bool {
        if case .link(.unresolvable) = lost[address]?.cause { true } else { false }
    }

    /// A server for commands without a key.
    var anybody: Endpoint.Address {
        connections.open.first ?? map.masters.first ?? endpoint.address
    }

    /// Notes where a slot is by now, if that is a server which may be given the password: one that the cluster itself has
    /// named, or one that has to prove with a certificate who it is.
    ///
    /// - Returns: whether it was taken up.
    func follow(_ redirection: Redirection, isForGood: Bool) -> Bool {
        let isKnown = map.members.contains { $0.address == redirection.address }
        guard isKnown || endpoint.credentials == nil || endpoint.tls?.isInsecure == false else { return false }
        if isForGood { map.move(redirection.slot, to: redirection.address) }
        return true
    }

    /// Asks for the map anew: servers that are connected to first, then the other members, then the first server of all.
    ///
    /// Nobody may know better yet, and nobody may answer: then the map stays as it is.
    ///
    /// - Parameter suspect: a server that was just lost.
    func learn(without suspect: Endpoint.Address?, until deadline: Deadline) throws(RedisError) {
        let known = connections.open + map.masters + map.members.map(\.address)
        var asked: Set<Endpoint.Address> = []
        for address in known + [endpoint.address] where address != suspect && asked.insert(address).inserted {
            guard !deadline.hasPassed else { return }
            do throws(RedisError) {
                return try learn(from: connections.connection(to: address, until: deadline), until: deadline)
            } catch {
                if error.signal != nil { throw error }
            }
        }
    }

    private func learn(from connection: Connection, until deadline: Deadline) throws(RedisError) {
        let replies = try connection.pipeline([Self.slots, Self.identity], until: deadline)
        if let error = replies[0].root.error {
            throw connection.refused(Refusal(error).answering(Self.slots, of: connection.endpoint))
        }
        guard let map = ClusterMap(slots: replies[0].root, toldBy: connection.endpoint.address) else {
            throw connection.failure(.unexpected("the reply to CLUSTER SLOTS makes no sense"), .awaiting)
        }
        self.map = map
        // It may have been connected to by a name that the cluster does not use.
        if let identifier = replies[1].root.text, let address = map.address(of: Array(identifier)) {
            connections.rename(connection, to: address)
        }
    }

    private static let slots = Command("CLUSTER", "SLOTS").reading()
    private static let identity = Command("CLUSTER", "MYID").reading()
}
