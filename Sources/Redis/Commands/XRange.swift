import RESP

/// `XRANGE key start end COUNT n`: the entries from one id to another, both included, oldest first.
package struct XRange: Request, Equatable {
    /// The stream's key.
    package let key: [UInt8]
    /// The first id that may be in the reply.
    package let first: EntryID
    /// The last id that may be in the reply.
    package let last: EntryID
    /// How many entries to reply with at most.
    package let count: Int

    /// Asks for one page.
    package init(key: [UInt8], first: EntryID, last: EntryID, count: Int) {
        self.key = key
        self.first = first
        self.last = last
        self.count = count
    }

    package var command: Command {
        Command("XRANGE", arguments: [key] + ["\(first)", "\(last)", "COUNT", "\(count)"].map { Array($0.utf8) })
            .reading(key: 0)
    }

    package func read(_ reply: ReplyValue) -> EntryReader? {
        EntryReader(reply, of: "XRANGE")
    }
}
