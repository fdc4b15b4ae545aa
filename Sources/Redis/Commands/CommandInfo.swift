import RESP

/// `COMMAND INFO name`: what the server says of one of its commands, or of one subcommand (Redis 7) as `name|subcommand`.
package struct CommandInfo: Request {
    /// The command's name.
    package let name: String

    /// Asks for one command.
    package init(_ name: String) {
        self.name = name
    }

    package var command: Command {
        Command("COMMAND", "INFO", name).reading()
    }

    package func read(_ reply: ReplyValue) -> CommandTraits? {
        guard reply.count == 1, let item = reply[0] else { return nil }
        return CommandTraits(item)
    }
}

/// What a server says of a command.
package struct CommandTraits: Sendable, Equatable {
    /// Whether the server knows the command at all.
    package let isKnown: Bool
    /// Its flags, such as `readonly`, `write`, `blocking`.
    package let flags: Set<String>
    /// Which of its arguments is the first key; nil when none is at a fixed place.
    package let firstKey: Int?

    /// Reads one element of the reply: null for a command the server does not have.
    init?(_ item: ReplyValue) {
        guard !item.isNull else {
            (isKnown, flags, firstKey) = (false, [], nil)
            return
        }
        guard let list = item[2], let position = item[3]?.integer else { return nil }
        isKnown = true
        flags = Set(list.elements.compactMap { $0.text.map { String(decoding: $0, as: UTF8.self) } })
        firstKey = (1...1000).contains(position) ? Int(position) - 1 : nil
    }
}
