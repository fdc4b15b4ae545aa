import RESP

/// `XRANGE key id id COUNT 1`: whether a stream still holds an entry.
package struct EntryExists: Request {
    /// The stream's key.
    package let key: [UInt8]
    /// The entry.
    package let id: EntryID

    /// Asks for one entry.
    package init(key: [UInt8], id: EntryID) {
        self.key = key
        self.id = id
    }

    package var command: Command {
        XRange(key: key, first: id, last: id, count: 1).command
    }

    package func read(_ reply: ReplyValue) -> Bool? {
        guard reply.kind == .array, reply.count <= 1 else { return nil }
        return reply.count == 1
    }
}
