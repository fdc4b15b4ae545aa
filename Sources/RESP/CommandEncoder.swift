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
