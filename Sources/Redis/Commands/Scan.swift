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
