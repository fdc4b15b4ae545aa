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

    /// A group; what is not given is none, or not known to the server.
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

/// `XINFO CONSUMERS key group`: the consumers of a group, at a cost that does not grow with what they hold.
package struct XInfoConsumers: Request {
    /// The stream's key.
    package let key: [UInt8]
    /// The group's name.
    package let group: [UInt8]

    /// Asks for the consumers of one group.
    package init(key: [UInt8], group: [UInt8]) {
        self.key = key
        self.group = group
    }

    package var command: Command {
        Command("XINFO", arguments: [Array("CONSUMERS".utf8), key, group]).reading(key: 1)
    }

    package func read(_ reply: ReplyValue) -> [ConsumerInfo]? {
        guard reply.kind == .array else { return nil }
        var consumers: [ConsumerInfo] = []
        for value in reply.elements {
            guard let consumer = ConsumerInfo(value) else { return nil }
            consumers.append(consumer)
        }
        return consumers
    }
}

/// What XINFO CONSUMERS says of one consumer.
package struct ConsumerInfo: Sendable, Equatable {
    /// When a consumer last read or claimed an entry.
    package enum LastSuccess: Sendable, Equatable {
        /// The server does not tell it apart from the last attempt: before Redis 7.2.
        case notReported
        /// It never did.
        case never
        /// This many milliseconds ago.
        case ago(UInt64)
    }

    /// The consumer's name, as the server stores it.
    package let name: [UInt8]
    /// How many entries it holds.
    package let pending: UInt64
    /// Milliseconds since its last attempt; before Redis 7.2, since its last success.
    package let idle: UInt64
    /// Its last success, where the server tells it apart.
    package let lastSuccess: LastSuccess

    /// A consumer; what is not given is none.
    package init(name: [UInt8], pending: UInt64 = 0, idle: UInt64 = 0, lastSuccess: LastSuccess = .notReported) {
        self.name = name
        self.pending = pending
        self.idle = idle
        self.lastSuccess = lastSuccess
    }

    /// Reads one element of the reply; nil when a field every version has is missing.
    init?(_ value: ReplyValue) {
        guard let name = value[field: "name"]?.text,
            let pending = value[field: "pending"]?.unsigned,
            let idle = value[field: "idle"]?.number
        else { return nil }
        // A clock that was set back makes times negative.
        self.init(
            name: Array(name),
            pending: pending,
            idle: UInt64(max(0, idle)),
            lastSuccess: value[field: "inactive"]?.number.map(Self.lastSuccess) ?? .notReported
        )
    }

    private static func lastSuccess(_ inactive: Int64) -> LastSuccess {
        inactive < 0 ? .never : .ago(UInt64(inactive))
    }
}

/// `XGROUP CREATE key group start MKSTREAM`: a consumer group, and its stream where there is none.
package struct XGroupCreate: Request {
    /// The stream's key.
    package let key: [UInt8]
    /// The group's name.
    package let group: [UInt8]
    /// Where it starts: `0` for all that the stream holds, `$` for what comes from now on.
    package let start: String

    /// Describes the group to create.
    package init(key: [UInt8], group: [UInt8], start: String) {
        self.key = key
        self.group = group
        self.start = start
    }

    package var command: Command {
        Command("XGROUP", arguments: [Array("CREATE".utf8), key, group, Array(start.utf8), Array("MKSTREAM".utf8)])
            .writing(key: 1)
    }

    package func read(_ reply: ReplyValue) -> Bool? {
        reply.text?.elementsEqual("OK".utf8) == true ? true : nil
    }
}
