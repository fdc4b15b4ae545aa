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
