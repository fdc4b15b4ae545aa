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

/// `XTRIM key MINID …`: removes entries whose ids are smaller than one.
package struct XTrim: Request, Equatable {
    /// The stream's key.
    package let key: [UInt8]
    /// The smallest id that stays.
    package let minID: EntryID
    /// How many entries, in whole nodes, to remove at most; nil to remove every last one at once.
    package let limit: Int?

    /// Describes a step of trimming.
    package init(key: [UInt8], minID: EntryID, limit: Int? = nil) {
        self.key = key
        self.minID = minID
        self.limit = limit
    }

    package var command: Command {
        let extent = limit.map { ["~", "\(minID)", "LIMIT", "\($0)"] } ?? ["=", "\(minID)"]
        return Command("XTRIM", arguments: [key] + (["MINID"] + extent).map { Array($0.utf8) }).writing(key: 0)
    }

    /// How many entries were removed.
    package func read(_ reply: ReplyValue) -> UInt64? {
        reply.unsigned
    }
}

/// `XLEN key`: how many entries a stream holds; 0 where there is none.
package struct XLen: Request {
    /// The stream's key.
    package let key: [UInt8]

    /// Asks for one stream.
    package init(key: [UInt8]) {
        self.key = key
    }

    package var command: Command {
        Command("XLEN", arguments: [key]).reading(key: 0)
    }

    package func read(_ reply: ReplyValue) -> UInt64? {
        reply.unsigned
    }
}

/// `XRANGE key start end COUNT n`: the entries from one id to another, both included, oldest first.
package struct XRange: Request, Equatable {
    /// The stream's key.
    package let key: [UInt8]
    /// The first id that may be in the reply.
    package let first: EntryID
    /// The last id that may be in the reply.
    package let last: EntryID
    /// How many entries to reply with at most.
    package let count: Int

    /// Asks for one page.
    package init(key: [UInt8], first: EntryID, last: EntryID, count: Int) {
        self.key = key
        self.first = first
        self.last = last
        self.count = count
    }

    package var command: Command {
        Command("XRANGE", arguments: [key] + ["\(first)", "\(last)", "COUNT", "\(count)"].map { Array($0.utf8) })
            .reading(key: 0)
    }

    package func read(_ reply: ReplyValue) -> EntryReader? {
        EntryReader(reply, of: "XRANGE")
    }
}

/// `XREVRANGE key end start COUNT n`: the newest entries of a range, newest first.
package struct XRevRange: Request, Equatable {
    /// The stream's key.
    package let key: [UInt8]
    /// The oldest id that may be in the reply; nil for any.
    package let first: EntryID?
    /// The newest id that may be in the reply; nil for any.
    package let last: EntryID?
    /// How many entries to reply with at most.
    package let count: Int

    /// Asks for the newest entries.
    package init(key: [UInt8], first: EntryID? = nil, last: EntryID? = nil, count: Int) {
        self.key = key
        self.first = first
        self.last = last
        self.count = count
    }

    package var command: Command {
        let range = [last?.description ?? "+", first?.description ?? "-", "COUNT", "\(count)"]
        return Command("XREVRANGE", arguments: [key] + range.map { Array($0.utf8) }).reading(key: 0)
    }

    package func read(_ reply: ReplyValue) -> EntryReader? {
        EntryReader(reply, of: "XREVRANGE")
    }
}

/// `XRANGE key id id COUNT 1`: whether a stream still holds an entry.
package struct EntryExists: Request {
    /// The stream's key.
    package let key: [UInt8]
    /// The entry.
    package let id: EntryID

    /// Asks for one entry.
    package init(key: [UInt8], id: EntryID) {
        self.key = key
        self.id = id
    }

    package var command: Command {
        XRange(key: key, first: id, last: id, count: 1).command
    }

    package func read(_ reply: ReplyValue) -> Bool? {
        guard reply.kind == .array, reply.count <= 1 else { return nil }
        return reply.count == 1
    }
}

/// `XREAD COUNT n [BLOCK ms] STREAMS key … id …`: entries behind given ids, of several streams at once. No group is
/// involved, and nothing is marked as delivered.
package struct XRead: Sendable, Equatable {
    /// The streams' keys, and for each the id behind which reading begins.
    package let positions: [(key: [UInt8], after: EntryID)]
    /// How many entries of each stream to reply with at most.
    package let count: Int
    /// How many milliseconds the server waits for something to reply with; nil to answer at once.
    package let block: Int?

    /// Asks for what lies behind `positions`.
    package init(positions: [(key: [UInt8], after: EntryID)], count: Int, block: Int? = nil) {
        self.positions = positions
        self.count = count
        self.block = block
    }

    package var command: Command {
        let options = ["COUNT", "\(count)"] + (block.map { ["BLOCK", "\($0)"] } ?? []) + ["STREAMS"]
        let ids = positions.map { Array("\($0.after)".utf8) }
        return Command("XREAD", arguments: options.map { Array($0.utf8) } + positions.map(\.key) + ids)
            .reading(key: options.count)
    }

    /// For each stream that has something, its key and its entries. The reply is null where there is nothing, else a map (RESP3)
    /// or an array of pairs (RESP2).
    package static func read(_ reply: ReplyValue) -> [(key: [UInt8], entries: EntryReader)]? {
        if reply.isNull { return [] }
        let parts: [(ReplyValue?, ReplyValue?)]
        switch reply.kind {
        case .map: parts = reply.pairs?.map { ($0, $1) } ?? []
        case .array: parts = reply.elements.map { $0.kind == .array && $0.count == 2 ? ($0[0], $0[1]) : (nil, nil) }
        default: return nil
        }
        var streams: [(key: [UInt8], entries: EntryReader)] = []
        for (key, list) in parts {
            guard let key = key?.text, let list, let entries = EntryReader(list, of: "XREAD") else { return nil }
            streams.append((Array(key), entries))
        }
        return streams
    }

    package static func == (left: XRead, right: XRead) -> Bool {
        left.count == right.count && left.block == right.block
            && left.positions.elementsEqual(right.positions) { $0 == $1 }
    }
}
