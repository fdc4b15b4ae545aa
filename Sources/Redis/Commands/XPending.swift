import RESP

/// `XPENDING key group start end count [consumer]`: a page of a group's pending entries list, in order of ids.
///
/// Never with IDLE: the server would walk the whole list for it, and hold up everyone else meanwhile.
package struct XPending: Request {
    /// The stream's key.
    package let key: [UInt8]
    /// The group's name.
    package let group: [UInt8]
    /// The first id that may be in the reply.
    package let first: EntryID
    /// The last id that may be in the reply.
    package let last: EntryID
    /// How many entries to reply with at most.
    package let count: Int
    /// The one consumer whose entries are wanted; nil for all.
    package let consumer: [UInt8]?

    /// Asks for one page.
    package init(
        key: [UInt8],
        group: [UInt8],
        first: EntryID = .zero,
        last: EntryID = .maximum,
        count: Int,
        consumer: [UInt8]? = nil
    ) {
        self.key = key
        self.group = group
        self.first = first
        self.last = last
        self.count = count
        self.consumer = consumer
    }

    /// Asks for one entry.
    package init(key: [UInt8], group: [UInt8], id: EntryID) {
        self.init(key: key, group: group, first: id, last: id, count: 1)
    }

    package var command: Command {
        let range = ["\(first)", "\(last)", "\(count)"].map { Array($0.utf8) }
        return Command("XPENDING", arguments: [key, group] + range + (consumer.map { [$0] } ?? [])).reading(key: 0)
    }

    package func read(_ reply: ReplyValue) -> [PendingEntry]? {
        guard reply.kind == .array else { return nil }
        var names = ConsumerNames()
        return names.entries(of: reply.reply, at: reply.index)
    }
}

/// One line of a pending entries list: delivered, and not acknowledged.
package struct PendingEntry: Sendable, Equatable {
    /// The entry's id. The entry itself may be gone.
    package let id: EntryID
    /// Who holds it; empty for one that was given back (XNACK, Redis 8.8).
    package let consumer: [UInt8]
    /// Milliseconds since it was last delivered; nil for one that was given back.
    package let idle: UInt64?
    /// How often it was delivered.
    package let deliveries: UInt64

    /// Puts the facts together.
    package init(id: EntryID, consumer: [UInt8], idle: UInt64?, deliveries: UInt64) {
        self.id = id
        self.consumer = consumer
        self.idle = idle
        self.deliveries = deliveries
    }
}
