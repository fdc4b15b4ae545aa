import RESP

/// `XREVRANGE key + - COUNT n`: the newest entries, newest first.
package struct XRevRange: Request, Equatable {
    /// The stream's key.
    package let key: [UInt8]
    /// How many entries to reply with at most.
    package let count: Int

    /// Asks for the newest entries.
    package init(key: [UInt8], count: Int) {
        self.key = key
        self.count = count
    }

    package var command: Command {
        Command("XREVRANGE", arguments: [key] + ["+", "-", "COUNT", "\(count)"].map { Array($0.utf8) }).reading(key: 0)
    }

    package func read(_ reply: ReplyValue) -> EntryReader? {
        EntryReader(reply, of: "XREVRANGE")
    }
}
