import RESP

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
