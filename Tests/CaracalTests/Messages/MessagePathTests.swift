import Testing

@testable import Caracal
import Text

@Suite struct MessagePathTests {
    private static let event = """
        { "event_type" : "authz.decision", "decision":"deny", "n":1.50e2, "big":18446744073709551616, "ok":true, "none":null,
          "empty":"", "text":"a\\"b\\u00e9\\n", "a.b":{"c\\\\d":"dotted"}, "esc\\u0061ped":"key", "subjects":[{"id":"u-1"},{"id":"u-2"}, [7]],
          "nested":{"deep":{"er":["x",{"y":"z"}]}}, "list":[ 1 , "two" , { "three" : 3 } ] }
        """

    @Test(arguments: [
        ("zone_id", "z-1"), ("data.event_type", "authz.decision"), ("data.n", "1.50e2"),
        ("data.big", "18446744073709551616"),
        ("data.ok", "true"), ("data.empty", ""), ("data.text", "a\"bé\n"), ("data.a\\.b.c\\\\d", "dotted"),
        ("data.escaped", "key"), ("data.subjects.0.id", "u-1"), ("data.subjects.1.id", "u-2"),
        ("data.subjects.2.0", "7"),
        ("data.nested.deep.er.1.y", "z"), ("data.list", #"[1,"two",{"three":3}]"#),
        ("data.nested.deep", #"{"er":["x",{"y":"z"}]}"#),
        ("dotted\\.name", "d"), ("bare", "\"text\""),
    ])
    func aPathLeadsToItsValue(_ path: String, _ value: String) throws {
        #expect(try read(path) == value)
    }

    @Test(arguments: [
        "nothing", "data.nothing", "data.none", "data.event_type.x", "data.subjects.3.id", "data.subjects.00.id",
        "data.subjects.-1.id", "data.subjects.x", "data.n.0", "zone_id.x", "bare.x", "data.a.b", "Data.n",
        "data.Event_type",
        "data.nested.deep.er.4294967296",
    ])
    func whatIsNotThereIsNil(_ path: String) throws {
        #expect(try read(path) == nil)
    }

    @Test func ofFieldsAndMembersWithOneNameTheLastCounts() throws {
        let twice = message([
            "data": #"{"a":1}"#, "a": "x", "data": #"{"a":2,"b":{"c":1},"a":"last","b":{}}"#, "a": "y",
        ])
        #expect(text(try MessagePath("data.a".utf8).value(in: twice)) == "last")
        #expect(text(try MessagePath("a".utf8).value(in: twice)) == "y")
        // The last b has no c, whatever the one before it had.
        #expect(try MessagePath("data.b.c".utf8).value(in: twice) == nil)
    }

    /// A consumer would not take any of it.
    @Test(arguments: [
        #"{"a":1"#, #"{"a":1}}"#, #"{"a":1} x"#, #"{"a":1,"b":}"#, #"{"a":1,"b":"\x"}"#, #"{"a":1,"b":"\ud800"}"#,
        #"{'a':1}"#, "",
        #"{"a":1,}"#, #"{"a":01}"#, "[1,2", "\u{FEFF}{\"a\":1}", #"{"a":1,"b":[1,]}"#, "\"a\"", "7",
    ])
    func ofAFieldThatIsNoJSONNothingIsRead(_ data: String) throws {
        #expect(try MessagePath("data.a".utf8).value(in: message(["data": data])) == nil)
    }

    @Test func whatIsNotUTF8IsNoJSON() throws {
        let data = Array(#"{"a":1,"b":""#.utf8) + [0xFF] + Array("\"}".utf8)
        let entry = Message([(Array("data".utf8), data)])
        #expect(try MessagePath("data.a".utf8).value(in: entry) == nil)
        #expect(try MessagePath("data".utf8).value(in: entry).map(Array.init) == data)
    }

    @Test func valuesAreReadToTheDepthThatPublishTakes() throws {
        let nested = { (count: Int) in
            #"{"a":"# + String(repeating: "[", count: count) + String(repeating: "]", count: count) + #","b":1}"#
        }
        let path = try MessagePath("data.b".utf8)
        #expect(text(path.value(in: message(["data": nested(63)]))) == "1")
        #expect(path.value(in: message(["data": nested(64)])) == nil)
        #expect(path.value(in: message(["data": String(repeating: "[", count: 1_000_000)])) == nil)
        let deep = "data" + String(repeating: ".0", count: 64)
        let value = String(repeating: "[", count: 64) + "7" + String(repeating: "]", count: 64)
        #expect(text(try MessagePath(deep.utf8).value(in: message(["data": value]))) == "7")
    }

    @Test(arguments: [
        ("", MessagePathError.emptyName(at: 0), "a name is missing"), (".a", .emptyName(at: 0), "a name is missing"),
        ("a.", .emptyName(at: 2), "a name is missing"), ("a..b", .emptyName(at: 2), "a name is missing"),
        ("a\\b", .badEscape(at: 1), "a backslash stands before a dot or a backslash only"),
        ("a\\", .badEscape(at: 1), "a backslash stands before a dot or a backslash only"),
        ("a" + String(repeating: ".b", count: 65), .tooDeep(limit: 64), "more than 64 keys"),
    ])
    func whatIsNoPathIsRefused(_ path: String, _ error: MessagePathError, _ words: String) {
        #expect(throws: error) { try MessagePath(path.utf8) }
        #expect(error.description == words)
    }

    @Test func pathsFindWhatTheEventsOwnReaderFinds() throws {
        var random = SeededGenerator(seed: 15)
        for _ in 0..<500 {
            let names = (0..<6).map { _ in "k\(Int.random(in: 0..<4, using: &random))" }
            let members = names.enumerated().map { "\"\($1)\":\($0 % 2 == 0 ? "\"v\($0)\"" : "[\($0), {}]")" }
            let data = "{\(members.joined(separator: " , "))}"
            let event = try #require(Message(object: data.utf8))
            for name in Set(names) {
                let own = event.lastIndex(of: Array(name.utf8)).map { event.value(at: $0) }
                #expect(text(try MessagePath("data.\(name)".utf8).value(in: message(["data": data]))) == text(own))
            }
        }
    }

    private func read(_ path: String) throws -> String? {
        let entry = message(["data": Self.event, "zone_id": "z-1", "dotted.name": "d", "bare": "\"text\""])
        return text(try MessagePath(path.utf8).value(in: entry))
    }

    private func text(_ value: ArraySlice<UInt8>?) -> String? {
        value.map { String(decoding: $0, as: UTF8.self) }
    }
}
