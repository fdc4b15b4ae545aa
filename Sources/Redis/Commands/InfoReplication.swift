import RESP

/// `INFO replication`: by which history a server's data came to be.
package struct InfoReplication: Request {
    /// Asks for it.
    package init() {}

    package var command: Command {
        Command("INFO", "replication").reading()
    }

    package func read(_ reply: ReplyValue) -> ReplicationHistory? {
        guard let text = reply.text else { return nil }
        let lines = text.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        func value(_ name: String) -> String? {
            let prefix = Array("\(name):".utf8)
            guard let line = lines.first(where: { $0.starts(with: prefix) }) else { return nil }
            return String(validating: line.dropFirst(prefix.count), as: UTF8.self)
        }
        return ReplicationHistory(identifier: value("master_replid"), former: value("master_replid2"))
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
