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

/// `XPENDING key group`: where a group's pending entries list begins and ends.
///
/// The reply also names every consumer that holds something: it is as long as they are many.
package struct XPendingBounds: Request {
    /// The smallest and the greatest id on the list.
    package struct Bounds: Sendable, Equatable {
        /// The smallest id.
        package let first: EntryID
        /// The greatest id. It may lie beyond the group's last delivered id.
        package let last: EntryID
    }

    /// The stream's key.
    package let key: [UInt8]
    /// The group's name.
    package let group: [UInt8]

    /// Asks for the ends of one list.
    package init(key: [UInt8], group: [UInt8]) {
        self.key = key
        self.group = group
    }

    package var command: Command {
        Command("XPENDING", arguments: [key, group]).reading(key: 0)
    }

    /// The ends; an inner nil for an empty list.
    package func read(_ reply: ReplyValue) -> Bounds?? {
        guard reply.kind == .array, reply.count == 4, let first = reply[1], let last = reply[2] else { return nil }
        if first.isNull, last.isNull { return .some(nil) }
        guard let first = first.text.flatMap({ EntryID($0) }), let last = last.text.flatMap({ EntryID($0) }) else {
            return nil
        }
        return Bounds(first: first, last: last)
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
