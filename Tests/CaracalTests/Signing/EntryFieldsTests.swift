import RESP
import Testing

@testable import Caracal

@Suite struct EntryFieldsTests {
    @Test func entryOfAPageIsReadInPlace() throws {
        let page = try reply(
            "*2\r\n*2\r\n$3\r\n1-0\r\n*4\r\n$1\r\na\r\n$2\r\nxy\r\n$1\r\na\r\n$0\r\n\r\n*2\r\n$3\r\n2-0\r\n*0\r\n"
        )
        var fields: [FieldRange] = []
        let first = page.firstChild(of: 0)
        let id = try #require(EntryFields.read(page, at: first, into: &fields))
        #expect(text(page.bytes[id]) == "1-0")
        #expect(fields.map { text(page.bytes[$0.name]) } == ["a", "a"])
        #expect(fields.map { text(page.bytes[$0.value]) } == ["xy", ""])
        let second = try #require(EntryFields.read(page, at: page.nextSibling(of: first), into: &fields))
        #expect(text(page.bytes[second]) == "2-0")
        #expect(fields == [])
    }

    @Test(arguments: ["*2\r\n$3\r\n1-0\r\n*-1\r\n", "*2\r\n$3\r\n1-0\r\n$-1\r\n", "*2\r\n$3\r\n1-0\r\n_\r\n"])
    func deletedEntryHasNoFields(frame: String) throws {
        let entry = try reply(frame)
        var fields = [FieldRange(name: 0..<1, value: 0..<1)]
        #expect(EntryFields.read(entry, at: 0, into: &fields) != nil)
        #expect(fields == [])
    }

    @Test(arguments: [
        "*-1\r\n", "$3\r\n1-0\r\n", "*1\r\n$3\r\n1-0\r\n", "*2\r\n:1\r\n*0\r\n", "*2\r\n$3\r\n1-0\r\n:1\r\n",
        "*2\r\n$3\r\n1-0\r\n*1\r\n$1\r\na\r\n", "*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\na\r\n:1\r\n",
        "*2\r\n$3\r\n1-0\r\n*2\r\n*1\r\n$1\r\na\r\n$1\r\nb\r\n",
    ])
    func otherShapesAreRefused(frame: String) throws {
        var fields: [FieldRange] = []
        #expect(EntryFields.read(try reply(frame), at: 0, into: &fields) == nil)
    }

    private func reply(_ frame: String) throws -> Reply {
        var parser = ReplyParser()
        parser.append(Array(frame.utf8))
        let reply = try parser.next()
        return try #require(reply)
    }
}
