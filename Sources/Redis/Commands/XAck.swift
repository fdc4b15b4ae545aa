import RESP

/// `XACK key group id`: takes one entry off the group's pending entries list.
///
/// The server answers 0 for an entry that is not pending, and also where there is no such stream or group.
package struct XAck: Request, Equatable {
    /// The stream's key.
    package let key: [UInt8]
    /// The group's name.
    package let group: [UInt8]
    /// The entry.
    package let id: EntryID

    /// Describes an acknowledgement.
    package init(key: [UInt8], group: [UInt8], id: EntryID) {
        self.key = key
        self.group = group
        self.id = id
    }

    package var command: Command {
        Command("XACK", arguments: [key, group, Array("\(id)".utf8)]).writing(key: 0)
    }

    /// Whether it was pending until now.
    package func read(_ reply: ReplyValue) -> Bool? {
        reply.unsigned.flatMap { $0 <= 1 ? $0 == 1 : nil }
    }
}
