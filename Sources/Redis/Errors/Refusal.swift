import RESP

/// An error reply: the server read the command, and did not carry it out.
package struct Refusal: Error, Sendable, Equatable {
    /// The kind, by the first word of the text.
    package let kind: RefusalKind
    /// The whole text, as the server sent it: bytes from the network, to be escaped before they are shown.
    package let message: [UInt8]
    /// Which right the user lacks, where that is the reason and the command is known.
    package internal(set) var missingRight: MissingRight?

    /// Classifies an error reply.
    package init(_ error: ReplyError) {
        self.init(code: error.code, message: error.message)
    }

    /// Classifies an error by its first word.
    package init(code: String, message: [UInt8]) {
        self.init(kind: RefusalKind(rawValue: code) ?? .other, message: message)
    }

    init(kind: RefusalKind, message: [UInt8]) {
        self.kind = kind
        self.message = message
    }

    /// Whether the text begins with `prefix`: for the few `ERR` refusals that only their words tell apart.
    package func begins(with prefix: StaticString) -> Bool {
        prefix.withUTF8Buffer { message.starts(with: $0) }
    }

    /// Whether the text has `words` in it: for what a server says of rights, in words that differ from version to version.
    func mentions(_ words: StaticString) -> Bool {
        words.withUTF8Buffer { words in
            message.indices.contains { message[$0...].starts(with: words) }
        }
    }

    /// XINFO's answer for a key that is not there.
    package var isNoSuchKey: Bool {
        begins(with: "ERR no such key")
    }

    /// The server does not have the command: too old for it, or its administrator renamed it away.
    package var isUnknownCommand: Bool {
        begins(with: "ERR unknown command") || begins(with: "ERR unknown subcommand")
            || begins(with: "ERR Unknown subcommand")
    }

    /// SELECT was asked for a database that the server does not have.
    package var isBadDatabase: Bool {
        begins(with: "ERR DB index") || begins(with: "ERR invalid DB index")
            || begins(with: "ERR SELECT is not allowed")
    }

    /// All of the server's client connections are taken.
    package var isTooManyClients: Bool {
        begins(with: "ERR max number of clients")
    }
}
