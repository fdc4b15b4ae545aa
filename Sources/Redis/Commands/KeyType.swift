import RESP

/// `TYPE key`: what kind of value a key holds; `none` when there is no such key.
package struct KeyType: Request {
    /// The key.
    package let key: [UInt8]

    /// Asks for one key.
    package init(key: [UInt8]) {
        self.key = key
    }

    package var command: Command {
        Command("TYPE", arguments: [key]).reading(key: 0)
    }

    package func read(_ reply: ReplyValue) -> String? {
        reply.text.map { String(decoding: $0, as: UTF8.self) }
    }
}
