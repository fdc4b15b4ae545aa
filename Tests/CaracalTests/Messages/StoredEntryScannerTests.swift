import Testing

@testable import Caracal
import Text

@Suite struct StoredEntryScannerTests {
    @Test func objectFormIsRead() throws {
        let entry = try scan(#"{"stream":"s","id":"1-0","fields":{"b":"2","a":{"base64":"/w=="}}}"#)
        #expect(text(entry.stream) == "s")
        #expect(text(entry.id) == "1-0")
        #expect(entry.message == Message([(Array("b".utf8), Array("2".utf8)), (Array("a".utf8), [0xFF])]))
    }

    @Test func pairFormKeepsANameGivenTwice() throws {
        let entry = try scan(#" { "fields" : [ [ "a" , "1" ] , [ {"base64":"YQ=="} , "2" ] ] , "stream" : "s" } "#)
        #expect(entry.id == [])
        #expect(entry.message == message(["a": "1", "a": "2"]))
    }

    @Test(arguments: [#"{"stream":"s","fields":{}}"#, #"{"stream":"s","fields":[]}"#])
    func entryWithoutFieldsIsRead(line: String) throws {
        #expect(try scan(line).message.fields == [])
    }

    @Test func otherKeysAreSteppedOver() throws {
        let entry = try scan(#"{"at":[1,{"x":2}],"stream":"s","verdict":null,"fields":{"a":"1"},"n":1}"#)
        #expect(entry.message == message(["a": "1"]))
    }

    @Test(arguments: [
        (#"{"id":"1","fields":{}}"#, "byte 23: \"stream\" is missing"),
        (#"{"stream":"s"}"#, "byte 15: \"fields\" is missing"),
        (#"{"stream":1,"fields":{}}"#, "byte 11: expected a string or {\"base64\":…}, found \"1\""),
        (#"{"stream":"s","stream":"t","fields":{}}"#, "byte 15: the name \"stream\" is given twice"),
        (#"{"stream":"s","fields":{"a":1}}"#, "byte 29: expected a string or {\"base64\":…}, found \"1\""),
        (#"{"stream":"s","fields":{"a":{"b":"c"}}}"#, "byte 29: expected a string or {\"base64\":…}, found \"{\""),
        (#"{"stream":"s","fields":{"a":"1","a":"2"}}"#, "byte 33: the name \"a\" is given twice"),
        (#"{"stream":"s","fields":"x"}"#, "byte 24: expected an object or an array of [name, value], found \"\\\"\""),
        (#"{"stream":"s","fields":["a"]}"#, "byte 25: expected an array of [name, value], found \"\\\"\""),
        (#"{"stream":"s","fields":[["a"]]}"#, "byte 29: expected an array of [name, value], found \"]\""),
        (#"{"stream":"s","fields":[["a","b","c"]]}"#, "byte 33: expected an array of [name, value], found \",\""),
        (#"{"stream":"s","fields":[["a","b"],]}"#, "byte 35: expected an array of [name, value], found \"]\""),
    ])
    func mistakeIsNamedWithItsPlace(line: String, text: String) {
        let error = #expect(throws: JSONError.self) { try scan(line) }
        #expect(error?.description == text)
    }

    private func scan(_ line: String) throws -> StoredEntry {
        var scanner = StoredEntryScanner()
        var entry = StoredEntry()
        let bytes = Array(line.utf8)
        try scanner.scan(bytes, bytes.indices, into: &entry)
        return entry
    }
}
