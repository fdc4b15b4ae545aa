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

/// The names of a history that master and replicas share. A failover gives it a new name and keeps the former one; a
/// restart may forget both.
package struct ReplicationHistory: Sendable, Equatable {
    /// Its name, 40 hexadecimal digits; nil when the server does not tell.
    package let identifier: String?
    /// Its name before the last failover; zeros when there was none.
    package let former: String?
}
