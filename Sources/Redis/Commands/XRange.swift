import RESP

/// `XRANGE key start end COUNT n`: the entries from one id to another, both included, oldest first.
///
/// The reply is read from its tape, so that a page of entries costs no value for each of them.
package struct XRange: Sendable, Equatable {
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
}
