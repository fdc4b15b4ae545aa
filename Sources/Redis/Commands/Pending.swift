import RESP

/// `XPENDING key group start end count [consumer]`: a page of a group's pending entries list, in order of ids.
///
/// Never with IDLE: the server would walk the whole list for it, and hold up everyone else.
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

    /// A line of these values.
    package init(id: EntryID, consumer: [UInt8], idle: UInt64?, deliveries: UInt64) {
        self.id = id
        self.consumer = consumer
        self.idle = idle
        self.deliveries = deliveries
    }
}

/// Reads pages of XPENDING, keeping each consumer's name once however many entries it holds.
struct ConsumerNames {
    private var names: [[UInt8]] = []
    private var recent = 0

    /// More names than this are not kept: looking through them would cost more than a copy.
    private static let limit = 64

    /// The entries of the page at `node`; nil when one is not as documented.
    mutating func entries(of page: Reply, at node: Int) -> [PendingEntry]? {
        let (count, nodes, bytes) = (page.count(of: node), page.nodes, page.bytes)
        var entries: [PendingEntry] = []
        entries.reserveCapacity(count)
        var child = node + 1
        for _ in 0..<count {
            guard let entry = entry(of: page, nodes, bytes, at: child) else { return nil }
            entries.append(entry)
            child = Int(nodes[child].end)
        }
        return entries
    }

    /// The entry at `node`: an id, a name and two numbers, which are one node each.
    private mutating func entry(
        of page: Reply,
        _ nodes: [ReplyNode],
        _ bytes: [UInt8],
        at node: Int
    ) -> PendingEntry? {
        guard nodes[node].kind == .array, nodes[node].length == 4, nodes[node].end == node + 5 else { return nil }
        let (first, consumer) = (nodes[node + 1], nodes[node + 2])
        guard first.kind == .bulkString, consumer.kind == .bulkString,
            let id = EntryID(bytes.span.extracting(first.payload)),
            let milliseconds = number(page, nodes, bytes, at: node + 3),
            let count = number(page, nodes, bytes, at: node + 4)
        else { return nil }
        return PendingEntry(
            id: id,
            consumer: name(bytes[consumer.payload]),
            idle: milliseconds < 0 ? nil : UInt64(milliseconds),
            deliveries: UInt64(max(0, count))
        )
    }

    /// A number: a short one is read in place, since there are very many.
    private func number(_ page: Reply, _ nodes: [ReplyNode], _ bytes: [UInt8], at node: Int) -> Int64? {
        let place = nodes[node]
        guard place.kind == .integer, place.length > 0, place.length <= 18 else { return page.number(of: node) }
        var value: Int64 = 0
        for index in place.payload {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return page.number(of: node) }
            value = value * 10 + Int64(digit)
        }
        return value
    }

    private mutating func name(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        if recent < names.count, names[recent].elementsEqual(bytes) { return names[recent] }
        if let index = names.firstIndex(where: { $0.elementsEqual(bytes) }) {
            recent = index
            return names[index]
        }
        let name = Array(bytes)
        if names.count < Self.limit {
            recent = names.count
            names.append(name)
        }
        return name
    }
}

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

/// `XCLAIM key group consumer min-idle id JUSTID`: hands one entry to another consumer, unless somebody has touched it since.
///
/// JUSTID leaves the count of deliveries alone: nothing is delivered by this. The server creates a consumer it does not know.
package struct XClaim: Request, Equatable {
    /// The stream's key.
    package let key: [UInt8]
    /// The group's name.
    package let group: [UInt8]
    /// Who is to hold it.
    package let consumer: [UInt8]
    /// How long it must not have been delivered to anyone, in milliseconds.
    package let minIdle: UInt64
    /// The entry.
    package let id: EntryID

    /// Describes a claim.
    package init(key: [UInt8], group: [UInt8], consumer: [UInt8], minIdle: UInt64, id: EntryID) {
        self.key = key
        self.group = group
        self.consumer = consumer
        self.minIdle = minIdle
        self.id = id
    }

    package var command: Command {
        Command(
            "XCLAIM",
            arguments: [key, group, consumer] + ["\(minIdle)", "\(id)", "JUSTID"].map { Array($0.utf8) }
        ).writing(key: 0)
    }

    /// Whether it was claimed. Before Redis 7 that may be true of an entry that no longer exists.
    package func read(_ reply: ReplyValue) -> Bool? {
        guard reply.kind == .array, reply.count <= 1 else { return nil }
        guard let first = reply[0], !first.isNull else { return false }
        return first.text.flatMap { EntryID($0) } == id ? true : nil
    }
}
