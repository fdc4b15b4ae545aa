import RESP

/// `XINFO STREAM key`: how long a stream is and where it begins and ends, at a cost that does not grow with it.
package struct XInfoStream: Request {
    /// The stream's key.
    package let key: [UInt8]

    /// Asks for one stream.
    package init(key: [UInt8]) {
        self.key = key
    }

    package var command: Command {
        Command("XINFO", arguments: [Array("STREAM".utf8), key]).reading(key: 1)
    }

    package func read(_ reply: ReplyValue) -> StreamInfo? {
        guard let length = reply[field: "length"]?.unsigned,
            let last = reply[field: "last-generated-id"]?.text.flatMap({ EntryID($0) }),
            let groups = reply[field: "groups"]?.unsigned,
            let first = entry(reply[field: "first-entry"]),
            let newest = entry(reply[field: "last-entry"])
        else { return nil }
        return StreamInfo(
            length: length,
            lastGeneratedID: last,
            groups: groups,
            firstID: first.id,
            lastID: newest.id,
            entriesAdded: reply[field: "entries-added"]?.unsigned,
            maxDeletedID: reply[field: "max-deleted-entry-id"]?.text.flatMap { EntryID($0) },
            nodes: reply[field: "radix-tree-keys"]?.unsigned,
            endBytes: max(first.bytes, newest.bytes)
        )
    }

    /// The newest entry, which a reply brings with the rest; nil in an empty stream.
    package func newest(_ reply: ReplyValue) -> EntryReader? {
        reply[field: "last-entry"].flatMap { $0.isNull ? nil : EntryReader(entry: $0, of: "XINFO") }
    }

    /// Null in an empty stream, else `[id, fields]`; nil when it is neither.
    private func entry(_ value: ReplyValue?) -> (id: EntryID?, bytes: Int)? {
        guard let value else { return nil }
        if value.isNull { return (nil, 0) }
        var entries = EntryReader(entry: value, of: "XINFO")
        guard entries.advance(), let id = entries.id else { return nil }
        return (id, entries.fields.reduce(0) { $0 + $1.name.count + $1.value.count })
    }
}

/// What XINFO STREAM says of a stream.
package struct StreamInfo: Sendable, Equatable {
    /// How many entries there are.
    package let length: UInt64
    /// The id the next entry must exceed; `0-0` when there was never one.
    package let lastGeneratedID: EntryID
    /// How many consumer groups there are.
    package let groups: UInt64
    /// The oldest entry; nil in an empty stream.
    package let firstID: EntryID?
    /// The newest entry; nil in an empty stream.
    package let lastID: EntryID?
    /// How many entries were ever added; nil before Redis 7.
    package let entriesAdded: UInt64?
    /// The greatest id that XDEL removed (trimming leaves it alone); nil before Redis 7.
    package let maxDeletedID: EntryID?
    /// How many nodes hold the entries; nil when the server does not say.
    package let nodes: UInt64?
    /// Bytes in the names and values of the oldest or the newest entry, whichever is larger; 0 in an empty stream.
    package let endBytes: Int

    /// A stream; what is not given the server does not tell.
    package init(
        length: UInt64,
        lastGeneratedID: EntryID,
        groups: UInt64,
        firstID: EntryID?,
        lastID: EntryID?,
        entriesAdded: UInt64? = nil,
        maxDeletedID: EntryID? = nil,
        nodes: UInt64? = nil,
        endBytes: Int = 0
    ) {
        self.length = length
        self.lastGeneratedID = lastGeneratedID
        self.groups = groups
        self.firstID = firstID
        self.lastID = lastID
        self.entriesAdded = entriesAdded
        self.maxDeletedID = maxDeletedID
        self.nodes = nodes
        self.endBytes = endBytes
    }
}
