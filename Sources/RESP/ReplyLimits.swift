/// How much of a server's word is taken: whatever exceeds one of these is a protocol error.
///
/// Nothing is ever allocated for an announced length; these bound what may *arrive*.
package struct ReplyLimits: Sendable, Equatable {
    /// Aggregates inside each other; the deepest reply Redis is known to give (`XINFO STREAM … FULL`) has 7.
    package var depth: Int
    /// Values in one reply, aggregates and attributes included.
    package var nodes: Int
    /// Bytes in one line, without its first byte and its CR LF.
    package var line: Int
    /// Bytes in one bulk string; Redis's own `proto-max-bulk-len` is 512 MiB.
    package var bulk: Int
    /// Bytes in one reply, all in all; at most 4 GiB less one byte.
    package var reply: Int

    /// Limits that no reply of a healthy Redis reaches, unless given otherwise.
    package init(
        depth: Int = 32,
        nodes: Int = 4_000_000,
        line: Int = 65_536,
        bulk: Int = 512 * 1_048_576,
        reply: Int = 1_073_741_824
    ) {
        self.depth = depth
        self.nodes = min(nodes, Int(UInt32.max))
        self.line = min(line, Int(UInt32.max))
        self.bulk = min(bulk, Int(UInt32.max))
        self.reply = min(reply, Int(UInt32.max))
    }

    /// The limits a connection starts with.
    package static let standard = ReplyLimits()
}
