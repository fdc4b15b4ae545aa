import RESP
import Testing

/// Commands to bytes, and to a line one can paste into redis-cli.
@Suite struct CommandTests {
    private func encoded(_ command: Command) -> String {
        var encoder = CommandEncoder()
        encoder.append(command)
        #expect(encoder.bytes.count == command.byteCount)
        return String(decoding: encoder.bytes, as: UTF8.self)
    }

    @Test func aCommandIsAnArrayOfBulkStrings() {
        #expect(encoded(Command("PING")) == "*1\r\n$4\r\nPING\r\n")
        #expect(encoded(Command("SET", "k", "")) == "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n")
        #expect(encoded(Command("GET", "caf\u{E9}")) == "*2\r\n$3\r\nGET\r\n$5\r\ncaf\u{E9}\r\n")
    }

    @Test func argumentsMayHoldAnyBytes() {
        let command = Command("SET", arguments: [[0, 13, 10, 255], Array("*1\r\n$4\r\nQUIT\r\n".utf8)])
        var encoder = CommandEncoder()
        encoder.append(command)
        var parser = ReplyParser()
        parser.append(encoder.bytes)
        let texts = try? parser.next()?.root.elements.map { $0.text.map(Array.init) }
        #expect(texts == [Array("SET".utf8), command.arguments[0], command.arguments[1]])
    }

    @Test(arguments: [0, 9, 10, 99, 100, 12_345]) func byteCountKnowsItsHeaders(size: Int) {
        let command = Command("SET", arguments: [[UInt8](repeating: 7, count: size)])
        var encoder = CommandEncoder()
        encoder.append(command)
        #expect(encoder.bytes.count == command.byteCount)
    }

    @Test func theHotPathWritesTheSameBytes() {
        var encoder = CommandEncoder()
        encoder.begin(argumentCount: 4)
        encoder.append(argument: "XADD")
        encoder.append(argument: "key".utf8)
        encoder.append(argument: [UInt8](arrayLiteral: 1, 2, 3)[1...])
        encoder.append(argument: [UInt8](repeating: 65, count: 12).span)
        let expected = Command(
            "XADD",
            arguments: [Array("key".utf8), [2, 3], Array("AAAAAAAAAAAA".utf8)]
        )
        var other = CommandEncoder()
        other.append(expected)
        #expect(encoder.bytes == other.bytes)
        encoder.removeAll(keepingCapacity: true)
        #expect(encoder.bytes.isEmpty)
    }

    @Test(arguments: [0, 1, 9, 10, 99, 100, 1234, 70_000])
    func argumentsOfAnyLengthAreEncodedAlikeInEveryForm(length: Int) {
        let bytes = Array(repeating: UInt8(ascii: "x"), count: length)
        var spans = CommandEncoder()
        spans.append(argument: bytes.span)
        var collections = CommandEncoder()
        collections.append(argument: bytes)
        #expect(spans.bytes == collections.bytes)
        #expect(spans.bytes == Array("$\(length)\r\n".utf8) + bytes + [13, 10])
    }

    @Test func encodedCommandsGoInAsTheyAre() {
        var encoder = CommandEncoder()
        encoder.append(Command("PING"))
        let frame = encoder.bytes
        encoder.append(encoded: frame.span)
        #expect(encoder.bytes == frame + frame)
    }

    @Test(arguments: [
        (Command("XLEN", "caracal.audit.events"), "XLEN caracal.audit.events"),
        (Command("XADD", "s", "*", "a", "b c"), #"XADD s * a "b c""#),
        (Command("SET", "k", ""), #"SET k """#),
        (Command("SET", "say \"hi\"", "it's", "a\\b"), #"SET "say \"hi\"" "it's" "a\\b""#),
        (Command("SET", "a\r\n\t\u{7}\u{8}"), #"SET "a\r\n\t\a\b""#),
        (Command("SET", arguments: [[0, 0x1B, 0x7F, 0xC3, 0xA9]]), #"SET "\x00\x1b\x7f\xc3\xa9""#),
    ])
    func descriptionsArePastable(command: Command, line: String) {
        #expect(command.description == line)
    }
}
