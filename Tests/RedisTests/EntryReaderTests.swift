import RESP
import Testing

@testable import Redis

@Suite struct EntryReaderTests {
    @Test func entriesAreReadInPlace() throws {
        var entries = try list(
            "*2\r\n*2\r\n$3\r\n1-0\r\n*4\r\n$1\r\na\r\n$2\r\nxy\r\n$1\r\na\r\n$0\r\n\r\n*2\r\n$3\r\n2-0\r\n*0\r\n"
        )
        #expect(entries.count == 2)
        #expect(entries.lastID == EntryID(milliseconds: 2, sequence: 0))
        let isFirst = entries.advance()
        try #require(isFirst)
        #expect(text(entries, entries.idRange) == "1-0")
        #expect(entries.fields.map { text(entries, $0.name) } == ["a", "a"])
        #expect(entries.fields.map { text(entries, $0.value) } == ["xy", ""])
        let isSecond = entries.advance()
        try #require(isSecond)
        #expect(entries.id == EntryID(milliseconds: 2, sequence: 0))
        #expect(entries.fields == [])
        let isThird = entries.advance()
        #expect(!isThird && !entries.isMisshapen)
    }

    @Test func aListCanBeReadFromItsEnd() throws {
        let entry = { (id: Int) in "*2\r\n$3\r\n\(id)-0\r\n*2\r\n$1\r\na\r\n$1\r\n\(id)\r\n" }
        var entries = try list("*3\r\n" + (1...3).map(entry).joined()).reversed()
        var seen: [String] = []
        while entries.advance() {
            seen.append("\(text(entries, entries.idRange)) \(text(entries, entries.fields[0].value))")
        }
        #expect(seen == ["3-0 3", "2-0 2", "1-0 1"])
    }

    @Test func anEmptyListHasNoLastEntry() throws {
        var entries = try list("*0\r\n")
        #expect(entries.lastID == nil)
        let isOne = entries.advance()
        #expect(!isOne)
    }

    @Test(arguments: ["*2\r\n$3\r\n1-0\r\n*-1\r\n", "*2\r\n$3\r\n1-0\r\n$-1\r\n", "*2\r\n$3\r\n1-0\r\n_\r\n"])
    func deletedEntryHasNoFields(frame: String) throws {
        var entries = try list("*2\r\n*2\r\n$3\r\n0-1\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n" + frame)
        let isFirst = entries.advance()
        try #require(isFirst)
        #expect(entries.fields.count == 1)
        let isSecond = entries.advance()
        try #require(isSecond)
        #expect(entries.fields == [])
    }

    @Test(arguments: [
        "*-1\r\n", "$3\r\n1-0\r\n", "*1\r\n$3\r\n1-0\r\n", "*2\r\n:1\r\n*0\r\n", "*2\r\n$3\r\n1-0\r\n:1\r\n",
        "*2\r\n$3\r\n1-0\r\n*1\r\n$1\r\na\r\n", "*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\na\r\n:1\r\n",
        "*2\r\n$3\r\n1-0\r\n*2\r\n*1\r\n$1\r\na\r\n$1\r\nb\r\n",
    ])
    func otherShapesAreRefused(frame: String) throws {
        var entries = try list("*2\r\n" + frame + "*2\r\n$3\r\n2-0\r\n*0\r\n")
        let isOne = entries.advance()
        #expect(!isOne && entries.isMisshapen)
        let isNext = entries.advance()
        #expect(!isNext, "nothing is read behind it")
    }

    @Test(arguments: ["_\r\n", "+OK\r\n", "%1\r\n+a\r\n+b\r\n"]) func whatIsNoListHasNoEntries(frame: String) throws {
        #expect(EntryReader(try reply(frame).root, of: "XRANGE") == nil)
    }

    @Test(arguments: [
        "%1\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-0\r\n*0\r\n", "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-0\r\n*0\r\n",
    ])
    func streamsOfBothProtocolsAreRead(frame: String) throws {
        let streams = try #require(XRead.read(try reply(frame).root))
        #expect(streams.map(\.key) == [Array("s".utf8)])
        #expect(streams.map(\.entries.lastID) == [EntryID(milliseconds: 1, sequence: 0)])
    }

    @Test func nothingNewIsNoStream() throws {
        #expect(XRead.read(try reply("_\r\n").root)?.isEmpty == true)
    }

    @Test(arguments: [
        "+OK\r\n", "*1\r\n*1\r\n$1\r\ns\r\n", "*1\r\n$1\r\ns\r\n", "%1\r\n:1\r\n*0\r\n", "%1\r\n+s\r\n_\r\n",
    ])
    func otherRepliesToXREADAreRefused(frame: String) throws {
        #expect(XRead.read(try reply(frame).root) == nil)
    }

    private func list(_ frame: String) throws -> EntryReader {
        try #require(EntryReader(try reply(frame).root, of: "XRANGE"))
    }

    private func text(_ entries: EntryReader, _ range: Range<Int>) -> String {
        String(decoding: entries.bytes[range], as: UTF8.self)
    }

    private func reply(_ frame: String) throws -> Reply {
        var parser = ReplyParser()
        parser.append(Array(frame.utf8))
        let reply = try parser.next()
        return try #require(reply)
    }
}
