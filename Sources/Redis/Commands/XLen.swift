import RESP

/// `XLEN key`: how many entries a stream holds; 0 where there is none.
package struct XLen: Request {
    /// The stream's key.
    package let key: [UInt8]

    /// Asks for one stream.
    package init(key: [UInt8]) {
        self.key = key
    }

    package var command: Command {
        Command("XLEN", arguments: [key]).reading(key: 0)
    }

    package func read(_ reply: ReplyValue) -> UInt64? {
        reply.unsigned
    }
}
