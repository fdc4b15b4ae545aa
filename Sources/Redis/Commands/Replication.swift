import RESP

/// `INFO replication`: by which history a server's data came to be.
package struct InfoReplication: Request {
    /// Asks for it.
    package init() {}

    package var command: Command {
        Info("replication").command
    }

    package func read(_ reply: ReplyValue) -> ReplicationHistory? {
        guard let fields = reply.text.map({ InfoFields($0) }) else { return nil }
        return ReplicationHistory(identifier: fields.text("master_replid"), former: fields.text("master_replid2"))
    }
}

extension CommandChannel {
    /// Throws when the server is a replica that has no connection to its master and holds nothing in its database: it has not
    /// been in sync since it was started, and what it lacks may be on the master. A server that does not tell is believed.
    package func refuseEmptyReplica() throws(RedisError) {
        guard server.role == .replica else { return }
        let answers = try ask([Info("replication"), Info("keyspace")])
        guard let replication = answers[0].value, let keyspace = answers[1].value,
            replication.bytes("master_link_status") == Array("down".utf8),
            keyspace.bytes("db\(endpoint.database)") == nil, let host = replication.bytes("master_host")
        else { return }
        let address = Endpoint.Address(announced: host, port: replication.unsigned("master_port") ?? 0)
        throw failure(.emptyReplica(master: address.map { Endpoint(address: $0).description }), .awaiting)
    }
}

/// The names of a history that master and replicas share. A failover gives it a new name and keeps the former one; a
/// restart may forget both.
package struct ReplicationHistory: Sendable, Equatable {
    /// Its name, 40 hexadecimal digits; nil when the server does not tell.
    package let identifier: String?
    /// Its name before the last failover; zeros when there was none.
    package let former: String?
}

/// `INFO replication`, for how far each replica has come: what WAIT tells of a connection's own writes, this tells of all.
package struct ReplicaOffsets: Request {
    /// Asks for it.
    package init() {}

    package var command: Command {
        Info("replication").command
    }

    /// Nil when the server does not tell its own offset, or how many replicas it has.
    package func read(_ reply: ReplyValue) -> Offsets? {
        guard let text = reply.text else { return nil }
        let fields = InfoFields(text)
        guard let own = fields.unsigned("master_repl_offset"), let count = fields.unsigned("connected_slaves") else {
            return nil
        }
        let replicas = (0..<min(count, 1_000)).compactMap { Self.offset(fields.bytes("slave\($0)")) }
        return Offsets(own: own, replicas: replicas)
    }

    /// The number in `ip=…,port=…,state=online,offset=1234,lag=0`.
    private static func offset(_ replica: [UInt8]?) -> UInt64? {
        let part = replica?.split(separator: UInt8(ascii: ",")).first { $0.starts(with: "offset=".utf8) }
        return part.flatMap { PlainNumber.unsigned(Array($0.dropFirst("offset=".utf8.count))) }
    }

    /// How far everybody has come in the history of writes, in bytes.
    package struct Offsets: Sendable, Equatable {
        /// The master.
        package let own: UInt64
        /// The replicas, as far as they have said.
        package let replicas: [UInt64]
    }
}

/// `ROLE`: what a server is to its data, for servers whose HELLO does not tell.
struct Role: Request {
    var command: Command {
        Command("ROLE").reading()
    }

    /// `master`, or `slave` for a replica; a Sentinel is neither.
    func read(_ reply: ReplyValue) -> ServerIdentity.Role?? {
        guard reply.kind == .array, let word = reply[0]?.text else { return nil }
        if word.elementsEqual("master".utf8) { return .master }
        return word.elementsEqual("slave".utf8) ? .replica : .some(nil)
    }
}

extension Connection {
    /// Whether the server is a master: what it said at the handshake, or, where it said nothing, what it answers to ROLE.
    func isMaster(until deadline: Deadline) throws(RedisError) -> Bool {
        if let role = server.role { return role == .master }
        switch try read(pipeline([Role().command], until: deadline)[0], of: Role()) {
        case .success(let role):
            server.role = role
            return role == .master
        case .failure(let refusal): throw failure(.refused(refusal), .connecting)
        }
    }
}

/// `WAIT n timeout`: waits until n replicas have what this connection wrote before. On a connection that has written
/// nothing the server answers at once, and it means nothing.
package struct Wait: Request {
    /// How many replicas.
    package let replicas: Int
    /// How long the server may wait, in milliseconds; 0 would be for ever.
    package let milliseconds: Int64

    /// Describes a wait.
    package init(replicas: Int, milliseconds: Int64) {
        self.replicas = replicas
        self.milliseconds = max(1, milliseconds)
    }

    package var command: Command {
        Command("WAIT", String(replicas), String(milliseconds))
    }

    /// How many replicas have it; fewer than asked for when the time passed before.
    package func read(_ reply: ReplyValue) -> Int64? {
        reply.integer.flatMap { $0 >= 0 ? $0 : nil }
    }
}

/// `WAITAOF 1 0 timeout`: waits until what this connection wrote is on the server's disk. Redis 7.2 and later.
package struct WaitAOF: Request {
    /// How long the server may wait, in milliseconds; 0 would be for ever.
    package let milliseconds: Int64

    /// Describes a wait.
    package init(milliseconds: Int64) {
        self.milliseconds = max(1, milliseconds)
    }

    package var command: Command {
        Command("WAITAOF", "1", "0", String(milliseconds))
    }

    /// Whether it is on disk; false when the time passed before.
    package func read(_ reply: ReplyValue) -> Bool? {
        reply[0]?.unsigned.map { $0 >= 1 }
    }
}
