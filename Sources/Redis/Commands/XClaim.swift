import RESP

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
