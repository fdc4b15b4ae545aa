/// A command as it is sent: a name and its arguments, each of them bytes.
package struct Command: Sendable, Equatable {
    /// The command's name, such as `XADD`.
    package let name: String
    /// What follows it, subcommands included.
    package let arguments: [[UInt8]]
    /// Which of the arguments is the key by which a cluster finds the server that holds it; nil for a command without one.
    package private(set) var keyPosition: Int?
    /// Whether it only looks: then it may be sent again when its reply was lost.
    package private(set) var isRead = false

    /// A command with arguments of any bytes.
    package init(_ name: String, arguments: [[UInt8]]) {
        self.name = name
        self.arguments = arguments
    }

    /// A command with arguments of text, sent as UTF-8.
    package init(_ name: String, _ arguments: String...) {
        self.init(name, arguments: arguments.map { Array($0.utf8) })
    }

    /// Reads back one command that a `CommandEncoder` wrote.
    package init(frame: ArraySlice<UInt8>) {
        var parser = ReplyParser()
        parser.append(frame)
        let words = (try? parser.next())?.root.elements.map { Array($0.text ?? []) } ?? []
        self.init(String(decoding: words.first ?? [], as: UTF8.self), arguments: Array(words.dropFirst()))
    }

    /// The key; nil for a command without one.
    package var key: [UInt8]? {
        keyPosition.flatMap { arguments.indices.contains($0) ? arguments[$0] : nil }
    }

    /// The same command, marked as one that only looks, at the key among its arguments if there is one.
    package func reading(key position: Int? = nil) -> Command {
        var command = self
        command.keyPosition = position
        command.isRead = true
        return command
    }

    /// The same command, marked as one that may change the key among its arguments.
    package func writing(key position: Int) -> Command {
        var command = self
        command.keyPosition = position
        command.isRead = false
        return command
    }

    /// Whether both are the same on the wire.
    package static func == (left: Command, right: Command) -> Bool {
        left.name == right.name && left.arguments == right.arguments
    }

    /// Bytes it takes on the wire.
    package var byteCount: Int {
        arguments.reduce(Self.headerByteCount(arguments.count + 1) + Self.wireByteCount(name.utf8.count)) {
            $0 + Self.wireByteCount($1.count)
        }
    }

    private static func wireByteCount(_ payload: Int) -> Int { headerByteCount(payload) + payload + 2 }

    /// A type byte, the digits, CR LF.
    private static func headerByteCount(_ length: Int) -> Int { String(length).utf8.count + 3 }
}

extension Command: CustomStringConvertible {
    /// The command on one line of printable ASCII that redis-cli reads back as the same bytes.
    package var description: String {
        ([Array(name.utf8)] + arguments).map(Self.written).joined(separator: " ")
    }

    private static func written(_ argument: [UInt8]) -> String {
        guard !argument.isEmpty, argument.allSatisfy(isPlain) else { return EscapedBytes.quoted(argument) }
        return String(decoding: argument, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case ASCII.space, ASCII.quote, ASCII.apostrophe, ASCII.backslash: false
        default: ASCII.isPrintable(byte)
        }
    }
}
