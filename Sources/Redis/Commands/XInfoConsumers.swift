import RESP

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
        case untold
        /// It never did.
        case never
        /// So many milliseconds ago.
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

    /// Puts the facts together.
    package init(name: [UInt8], pending: UInt64 = 0, idle: UInt64 = 0, lastSuccess: LastSuccess = .untold) {
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
            lastSuccess: value[field: "inactive"]?.number.map(Self.lastSuccess) ?? .untold
        )
    }

    private static func lastSuccess(_ inactive: Int64) -> LastSuccess {
        inactive < 0 ? .never : .ago(UInt64(inactive))
    }
}
