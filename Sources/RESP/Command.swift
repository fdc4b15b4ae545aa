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

/// Commands to bytes: arrays of bulk strings, one after the other, for the connection to send and remove.
///
/// A `Command` goes in whole. The hot path writes its arguments straight in instead: `begin(argumentCount:)`, then as
/// many `append(argument:)` as announced, the command's name first.
package struct CommandEncoder: Sendable {
    /// What is to be sent.
    package private(set) var bytes: [UInt8] = []

    /// An encoder holding nothing.
    package init() {}

    /// Adds a whole command.
    package mutating func append(_ command: Command) {
        begin(argumentCount: command.arguments.count + 1)
        append(argument: command.name.utf8)
        for argument in command.arguments { append(argument: argument) }
    }

    /// Starts a command of that many arguments, its name counted.
    package mutating func begin(argumentCount: Int) {
        appendHeader(ASCII.asterisk, argumentCount)
    }

    /// Adds an argument of any bytes. A span is the fastest: a generic call is not specialised across modules.
    package mutating func append(argument: some Collection<UInt8>) {
        appendHeader(ASCII.dollar, argument.count)
        bytes.append(contentsOf: argument)
        endLine()
    }

    /// Adds an argument of any bytes: its length, the bytes and both line ends, for one look at the storage.
    package mutating func append(argument: Span<UInt8>) {
        bytes.append(addingCapacity: argument.count + Self.overhead) { output in
            Self.write(ASCII.dollar, length: argument.count, to: &output)
            Self.write(argument, to: &output)
            output.append(ASCII.carriageReturn)
            output.append(ASCII.lineFeed)
        }
    }

    /// The most bytes that an argument takes beside its own: a type byte, 19 digits, and CR LF twice.
    private static let overhead = 24

    private static func write(_ type: UInt8, length: Int, to output: inout OutputSpan<UInt8>) {
        output.append(type)
        if length < 10 {
            output.append(ASCII.zero + UInt8(truncatingIfNeeded: length))
        } else if length < 100 {
            output.append(ASCII.zero + UInt8(truncatingIfNeeded: length / 10))
            output.append(ASCII.zero + UInt8(truncatingIfNeeded: length % 10))
        } else {
            DecimalDigits(length).write(to: &output)
        }
        output.append(ASCII.carriageReturn)
        output.append(ASCII.lineFeed)
    }

    private static func write(_ bytes: Span<UInt8>, to output: inout OutputSpan<UInt8>) {
        output.withUnsafeMutableBufferPointer { storage, count in
            bytes.withUnsafeBufferPointer { source in
                guard let start = source.baseAddress, let free = storage.baseAddress else { return }
                free.advanced(by: count).initialize(from: start, count: source.count)
                count += source.count
            }
        }
    }

    /// Adds a literal, such as the command's name.
    package mutating func append(argument: StaticString) {
        appendHeader(ASCII.dollar, argument.utf8CodeUnitCount)
        argument.withUTF8Buffer { bytes.append(contentsOf: $0) }
        endLine()
    }

    /// Adds what was encoded before: whole commands, or arguments that many commands share.
    package mutating func append(encoded part: Span<UInt8>) {
        part.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    }

    /// Forgets all bytes, usually because they were sent.
    package mutating func removeAll(keepingCapacity: Bool) {
        bytes.removeAll(keepingCapacity: keepingCapacity)
    }

    private mutating func endLine() {
        bytes.append(ASCII.carriageReturn)
        bytes.append(ASCII.lineFeed)
    }

    private mutating func appendHeader(_ type: UInt8, _ length: Int) {
        bytes.append(type)
        DecimalDigits(length).write(to: &bytes)
        endLine()
    }
}
