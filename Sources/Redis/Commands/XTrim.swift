import RESP

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
