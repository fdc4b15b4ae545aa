import RESP

/// `MEMORY USAGE key SAMPLES n`: what the server thinks a key takes.
///
/// Of a stream it measures the oldest `n` nodes and counts over 500 bytes for each pending entry, whatever `n` is.
package struct MemoryUsage: Request {
    /// The key.
    package let key: [UInt8]
    /// How many of its parts to measure.
    package let samples: Int

    /// Asks about one key.
    package init(key: [UInt8], samples: Int) {
        self.key = key
        self.samples = samples
    }

    package var command: Command {
        Command("MEMORY", arguments: [Array("USAGE".utf8), key, Array("SAMPLES".utf8), Array("\(samples)".utf8)])
            .reading(key: 1)
    }

    package func read(_ reply: ReplyValue) -> Answer? {
        if reply.isNull { return Answer(bytes: nil) }
        return reply.unsigned.map { Answer(bytes: $0) }
    }

    /// The reply.
    package struct Answer: Sendable, Equatable {
        /// Bytes, the key's name included; nil when there is no such key.
        package let bytes: UInt64?
    }
}
