import RESP

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
