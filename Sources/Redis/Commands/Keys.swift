import RESP

/// `SCAN cursor MATCH pattern COUNT n`: one page of a walk over the keys of the selected database.
package struct Scan: Request {
    /// Where the walk stands; `0` begins it.
    package let cursor: [UInt8]
    /// The glob that keys must match.
    package let pattern: String
    /// How many keys the server should look at for this page.
    package let count: Int

    /// Describes a page.
    package init(cursor: [UInt8] = Array("0".utf8), pattern: String, count: Int) {
        self.cursor = cursor
        self.pattern = pattern
        self.count = count
    }

    package var command: Command {
        Command("SCAN", arguments: [cursor] + ["MATCH", pattern, "COUNT", String(count)].map { Array($0.utf8) })
            .reading()
    }

    package func read(_ reply: ReplyValue) -> ScanPage? {
        guard let cursor = reply[0]?.text, let keys = reply[1], keys.kind == .array else { return nil }
        return ScanPage(cursor: Array(cursor), keys: keys.elements.compactMap { $0.text.map { Array($0) } })
    }
}

/// One page of SCAN.
package struct ScanPage: Sendable, Equatable {
    /// Where the next page starts; `0` when this was the last.
    package let cursor: [UInt8]
    /// The keys of this page; one may come in more than one page.
    package let keys: [[UInt8]]

    /// Whether the walk is over.
    package var isLast: Bool {
        cursor == Array("0".utf8)
    }
}

/// `TYPE key`: what kind of value a key holds; `none` when there is no such key.
package struct KeyType: Request {
    /// The key.
    package let key: [UInt8]

    /// Asks for one key.
    package init(key: [UInt8]) {
        self.key = key
    }

    package var command: Command {
        Command("TYPE", arguments: [key]).reading(key: 0)
    }

    package func read(_ reply: ReplyValue) -> String? {
        reply.text.map { String(decoding: $0, as: UTF8.self) }
    }
}

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
