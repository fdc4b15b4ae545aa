import RESP

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
