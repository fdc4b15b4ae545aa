import RESP

/// `XINFO GROUPS key`: the consumer groups of a stream and where each of them stands.
package struct XInfoGroups: Request {
    /// The stream's key.
    package let key: [UInt8]

    /// Asks for the groups of one stream.
    package init(key: [UInt8]) {
        self.key = key
    }

    package var command: Command {
        Command("XINFO", arguments: [Array("GROUPS".utf8), key]).reading(key: 1)
    }

    package func read(_ reply: ReplyValue) -> [GroupInfo]? {
        guard reply.kind == .array else { return nil }
        var groups: [GroupInfo] = []
        for value in reply.elements {
            guard let group = GroupInfo(value) else { return nil }
            groups.append(group)
        }
        return groups
    }
}

/// What XINFO GROUPS says of one consumer group.
package struct GroupInfo: Sendable, Equatable {
    /// The group's name, as the server stores it.
    package let name: [UInt8]
    /// How many consumers it knows.
    package let consumers: UInt64
    /// How many entries were delivered and not acknowledged.
    package let pending: UInt64
    /// The last entry that was delivered to anyone.
    package let lastDeliveredID: EntryID
    /// The server's count of entries read; nil when it does not know, and before Redis 7.
    package let entriesRead: UInt64?
    /// The server's own count of entries still to be delivered; nil when it does not know, and before Redis 7.
    package let lag: UInt64?

    /// Puts the facts together.
    package init(
        name: [UInt8],
        consumers: UInt64 = 0,
        pending: UInt64 = 0,
        lastDeliveredID: EntryID,
        entriesRead: UInt64? = nil,
        lag: UInt64? = nil
    ) {
        self.name = name
        self.consumers = consumers
        self.pending = pending
        self.lastDeliveredID = lastDeliveredID
        self.entriesRead = entriesRead
        self.lag = lag
    }

    /// Reads one element of the reply; nil when a field every version has is missing.
    init?(_ value: ReplyValue) {
        guard let name = value[field: "name"]?.text,
            let consumers = value[field: "consumers"]?.unsigned,
            let pending = value[field: "pending"]?.unsigned,
            let last = value[field: "last-delivered-id"]?.text.flatMap({ EntryID($0) })
        else { return nil }
        self.init(
            name: Array(name),
            consumers: consumers,
            pending: pending,
            lastDeliveredID: last,
            entriesRead: value[field: "entries-read"]?.unsigned,
            lag: value[field: "lag"]?.unsigned
        )
    }
}
