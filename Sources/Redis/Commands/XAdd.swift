import RESP

/// `XADD key [NOMKSTREAM] id field value …`: one entry.
package struct XAdd: Request {
    /// The stream's key.
    package let key: [UInt8]
    /// The entry's id: explicit, or nil for one of the server's choosing (`*`).
    package let id: EntryID?
    /// Whether the stream may be created by this entry.
    package let createsStream: Bool
    /// Names and values, in order.
    package let fields: [(name: [UInt8], value: [UInt8])]

    /// Describes an entry.
    package init(key: [UInt8], id: EntryID?, createsStream: Bool, fields: [(name: [UInt8], value: [UInt8])]) {
        self.key = key
        self.id = id
        self.createsStream = createsStream
        self.fields = fields
    }

    package var command: Command {
        let options = createsStream ? [] : [Array("NOMKSTREAM".utf8)]
        let position = Array((id?.description ?? "*").utf8)
        return Command("XADD", arguments: [key] + options + [position] + fields.flatMap { [$0.name, $0.value] })
            .writing(key: 0)
    }

    package func read(_ reply: ReplyValue) -> XAddOutcome? {
        if reply.isNull { return createsStream ? nil : .noStream }
        return reply.text.flatMap { EntryID($0) }.map { .added($0) }
    }
}

/// What XADD came to.
package enum XAddOutcome: Sendable, Equatable {
    /// The entry is there, under this id.
    case added(EntryID)
    /// There is no stream and NOMKSTREAM forbade creating it: nothing was written.
    case noStream
}
