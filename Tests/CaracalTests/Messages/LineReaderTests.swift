import Glibc
import Redis
import TestSupport
import Testing

@testable import Caracal
import Text

@Suite struct LineReaderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test(
        arguments: [
            ("", []),
            ("\n", [""]),
            ("a", ["a"]),
            ("a\n", ["a"]),
            ("a\r\nb\r\n", ["a", "b"]),
            ("a\n\nb", ["a", "", "b"]),
            ("\r\n\r\n", ["", ""]),
            ("a\rb\n", ["a\rb"]),
            ("a\r", ["a"]),
        ] as [(String, [String])]
    )
    func linesAreSplit(content: String, lines: [String]) throws {
        #expect(try read(Array(content.utf8)).map { text($0) } == lines)
    }

    @Test func linesAcrossReadsAreWhole() throws {
        let lines = (0..<3_000).map { Array(repeating: UInt8(ascii: "a") + UInt8($0 % 26), count: $0) }
        #expect(try read(Array(lines.joined(separator: [0x0A]))) == lines)
    }

    @Test func linesArriveAsTheyAreWritten() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        var reader = LineReader(descriptor: ends[0])
        #expect(try !reader.prepare())
        write(ends[1], "one\ntwo\nthr", 11)
        #expect(try advance(&reader) == "one")
        #expect(try reader.prepare())
        #expect(try advance(&reader) == "two")
        #expect(try !reader.prepare())
        write(ends[1], "ee", 2)
        close(ends[1])
        #expect(try advance(&reader) == "three")
        #expect(reader.number == 3)
        #expect(try advance(&reader) == nil)
        #expect(try advance(&reader) == nil)
    }

    @Test func linesBehindOneThatIsTooLongAreRead() throws {
        let long = String(repeating: "x", count: 3 << 20)
        for (content, rest) in [
            ("first\n\(long)\nnext\nlast", ["next", "last"]), ("first\n\(long)", []),
            ("first\n0123456789\nnext", ["next"]),
        ] {
            let path = try folder.write("long", content)
            let descriptor = open(path, O_RDONLY)
            defer { close(descriptor) }
            var reader = LineReader(descriptor: descriptor, limit: 8)
            #expect(try advance(&reader) == "first")
            #expect(throws: LineReaderError.tooLong(line: 2, limit: 8)) { try reader.advance() }
            try reader.passOver()
            #expect(reader.number == 2)
            for line in rest { #expect(try advance(&reader) == line) }
            #expect(try advance(&reader) == nil)
        }
    }

    @Test func lineOverTheLimitIsNamedAndNotBuffered() throws {
        let long = Array(repeating: UInt8(ascii: "x"), count: 64 << 20)
        let path = try folder.write("lines", Array("first\n".utf8) + long + Array("\n".utf8))
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        var reader = LineReader(descriptor: descriptor, limit: 2 << 20)
        #expect(try advance(&reader) == "first")
        let error = #expect(throws: LineReaderError.self) { _ = try advance(&reader) }
        #expect(error == .tooLong(line: 2, limit: 2 << 20))
        #expect(error?.description == "line 2 is longer than 2 MiB (2097152 bytes)")
        #expect(reader.bytes.count <= 5 << 20)
    }

    @Test func lineOfExactlyTheLimitIsRead() throws {
        #expect(try read(Array("12345\r\n1234\n12345".utf8), limit: 5).map { text($0) } == ["12345", "1234", "12345"])
        #expect(throws: LineReaderError.tooLong(line: 2, limit: 5)) { try read(Array("1\n123456\n".utf8), limit: 5) }
        #expect(throws: LineReaderError.tooLong(line: 1, limit: 5)) { try read(Array("123456".utf8), limit: 5) }
    }

    @Test func directoryCannotBeRead() {
        let descriptor = open(folder.path, O_RDONLY)
        defer { close(descriptor) }
        let error = #expect(throws: LineReaderError.self) {
            var reader = LineReader(descriptor: descriptor)
            _ = try reader.advance()
        }
        #expect(error == .unreadable(SystemError(code: EISDIR)))
        #expect(error?.description == "cannot read: is a directory")
    }

    private func read(_ content: [UInt8], limit: Int = 16 << 20) throws -> [[UInt8]] {
        let descriptor = open(try folder.write("lines", content), O_RDONLY)
        defer { close(descriptor) }
        var reader = LineReader(descriptor: descriptor, limit: limit)
        var lines: [[UInt8]] = []
        while try reader.advance() { lines.append(Array(reader.bytes[reader.line])) }
        #expect(reader.number == lines.count)
        return lines
    }

    private func advance(_ reader: inout LineReader) throws -> String? {
        try reader.advance() ? text(reader.bytes[reader.line]) : nil
    }
}
