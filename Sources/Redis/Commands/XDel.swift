import RESP

/// `XDEL key id …`: how many of the entries were there and are no more.
package struct XDel: Request {
    /// The stream's key.
    package let key: [UInt8]
    /// The ids of the entries.
    package let ids: [EntryID]

    /// Names entries.
    package init(key: [UInt8], ids: [EntryID]) {
        self.key = key
        self.ids = ids
    }

    package var command: Command {
        Command("XDEL", arguments: [key] + ids.map { Array($0.description.utf8) }).writing(key: 0)
    }

    package func read(_ reply: ReplyValue) -> UInt64? {
        reply.kind == .integer ? reply.unsigned : nil
    }
}
