import Testing

@testable import Caracal
import Text

@Suite struct MessageScannerTests {
    @Test(
        arguments: [
            (#"{}"#, []),
            (#" { "a" : "b" } "#, [["a", "b"]]),
            ("{\"a\":\"b\"}\r", [["a", "b"]]),
            (#"{"b":"2","a":"1"}"#, [["b", "2"], ["a", "1"]]),
            (#"{"":""}"#, [["", ""]]),
            (
                #"{"a":1,"b":-0.5e+10,"c":true,"d":false}"#,
                [["a", "1"], ["b", "-0.5e+10"], ["c", "true"], ["d", "false"]]
            ),
            (
                #"{"a":1e999,"b":123456789012345678901234567890}"#,
                [["a", "1e999"], ["b", "123456789012345678901234567890"]]
            ),
            (#"{"a":null,"b":"x","c":null}"#, [["b", "x"]]),
            (#"{"a":"\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\ude00"}"#, [["a", "\"\\/\u{8}\u{C}\n\r\tAé€😀"]]),
            (#"{"\u0061b\n":"\u0000"}"#, [["ab\n", "\0"]]),
            (#"{"a":"é€😀 and plain text of some length"}"#, [["a", "é€😀 and plain text of some length"]]),
            (#"{"a":[ 1 , [ ] , { } , "x y" , null ]}"#, [["a", #"[1,[],{},"x y",null]"#]]),
            (
                #"{"a":{ "b" : { "c" : [ true , "\u0041 \n" ] } , "d" : 1.50 } , "e":2}"#,
                [["a", #"{"b":{"c":[true,"\u0041 \n"]},"d":1.50}"#], ["e", "2"]]
            ),
            (#"{"a":{"x":1,"x":2}}"#, [["a", #"{"x":1,"x":2}"#]]),
            (#"{"a":{"base64":"aGk="}}"#, [["a", "hi"]]),
            (#"{"a": { "base64" : "" } }"#, [["a", ""]]),
            (#"{"a":{"base64":"aGk\u003d"}}"#, [["a", "hi"]]),
            (#"{"a":{"base64":"\/\/8="},"b":"x"}"#, [["a", "\u{FF}\u{FF}"], ["b", "x"]]),
            (#"{"a":{"base64":"aGk=","b":1}}"#, [["a", #"{"base64":"aGk=","b":1}"#]]),
            (#"{"a":{"base64": 1}}"#, [["a", #"{"base64":1}"#]]),
            (#"{"a":{"base64":[ ]}}"#, [["a", #"{"base64":[]}"#]]),
        ] as [(String, [[String]])]
    )
    func lineIsRead(line: String, fields: [[String]]) throws {
        let message = try scan(Array(line.utf8))
        #expect(message.fields.count == fields.count)
        for (index, field) in fields.enumerated() where index < message.fields.count {
            #expect(message.name(at: index) == ArraySlice(bytes(field[0])))
            #expect(message.value(at: index) == ArraySlice(bytes(field[1])))
        }
    }

    @Test(arguments: [
        ("", "byte 1: expected '{', found the end of the line"),
        ("x", "byte 1: expected '{', found \"x\""),
        ("[]", "byte 1: expected '{', found \"[\""),
        ("\u{FEFF}{}", "byte 1: starts with a byte order mark"),
        ("{", "byte 2: expected a name in double quotes or '}', found the end of the line"),
        ("{a:1}", "byte 2: expected a name in double quotes or '}', found \"a\""),
        (#"{"a"1}"#, "byte 5: expected ':' after the name, found \"1\""),
        (#"{"a":}"#, "byte 6: expected a value, found \"}\""),
        (#"{"a":1 "b":2}"#, "byte 8: expected ',' or '}', found \"\\\"\""),
        (#"{"a":1,}"#, "byte 8: expected a name in double quotes, found \"}\""),
        (#"{"a":1}x"#, "byte 8: expected nothing after the object, found \"x\""),
        (#"{"a":1}{"b":2}"#, "byte 8: expected nothing after the object, found \"{\""),
        (#"{"a":"b"#, "byte 8: expected '\"' at the end of a string, found the end of the line"),
        ("{\"a\":\"b\u{1}\"}", "byte 8: control character \"\\x01\" in a string"),
        ("{\"a\":\"b\tc\"}", "byte 8: control character \"\\t\" in a string"),
        (#"{"a":"\x"}"#, "byte 7: not an escape of JSON"),
        (#"{"a":"\u12g4"}"#, "byte 7: not an escape of JSON"),
        (#"{"a":"\u12"#, "byte 7: not an escape of JSON"),
        (#"{"a":"\"#, "byte 7: not an escape of JSON"),
        (#"{"a":"\ud800"}"#, "byte 7: half of a surrogate pair"),
        (#"{"a":"\ud800\u0041"}"#, "byte 7: half of a surrogate pair"),
        (#"{"a":"\udc00"}"#, "byte 7: half of a surrogate pair"),
        (#"{"a":["\udc00"]}"#, "byte 8: half of a surrogate pair"),
        (#"{"a":01}"#, "byte 7: expected ',' or '}', found \"1\""),
        (#"{"a":-}"#, "byte 7: expected a digit, found \"}\""),
        (#"{"a":1.}"#, "byte 8: expected a digit, found \"}\""),
        (#"{"a":1e}"#, "byte 8: expected a digit, found \"}\""),
        (#"{"a":.5}"#, "byte 6: expected a value, found \".\""),
        (#"{"a":+1}"#, "byte 6: expected a value, found \"+\""),
        (#"{"a":nul}"#, "byte 6: expected a value, found \"n\""),
        (#"{"a":NaN}"#, "byte 6: expected a value, found \"N\""),
        (#"{"a":'b'}"#, "byte 6: expected a value, found \"'\""),
        (#"{"a":[1,]}"#, "byte 9: expected a value, found \"]\""),
        (#"{"a":[1}"#, "byte 8: expected ',' or ']', found \"}\""),
        (#"{"a":{"b":1]}"#, "byte 12: expected ',' or '}', found \"]\""),
        (#"{"a":{"b":1,}}"#, "byte 13: expected a name in double quotes, found \"}\""),
        (#"{"a":{1:2}}"#, "byte 7: expected a name in double quotes, found \"1\""),
        (#"{"a":[[]"#, "byte 9: expected ',' or ']', found the end of the line"),
        (#"{"a":1,"b":2,"a":3}"#, "byte 14: the name \"a\" is given twice"),
        (#"{"a":null,"\u0061":3}"#, "byte 11: the name \"a\" is given twice"),
        (#"{"a":{"base64":"aGk"}}"#, "byte 16: not base64"),
        (#"{"a":{"base64":"aGl="}}"#, "byte 16: not base64"),
        (#"{"a":{"base64":"===="}}"#, "byte 16: not base64"),
        (#"{"a":{"base64":"aG k"}}"#, "byte 16: not base64"),
    ])
    func mistakeIsNamedWithItsPlace(line: String, text: String) {
        let error = #expect(throws: JSONError.self) { try scan(Array(line.utf8)) }
        #expect(error?.description == text)
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0xAF], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x82], [0xC3], [0xE2, 0x28, 0xA1],
        ] as [[UInt8]]
    )
    func invalidUTF8IsRefused(sequence: [UInt8]) {
        let error = #expect(throws: JSONError.self) {
            try scan(Array("{\"a\":\"x".utf8) + sequence + Array("\"}".utf8))
        }
        #expect(error == JSONError(column: 8, reason: .notUTF8))
    }

    @Test func nestingIsLimited() throws {
        func line(_ depth: Int) -> [UInt8] {
            let open = String(repeating: "[", count: depth)
            return Array("{\"a\":\(open)\(String(repeating: "]", count: depth))}".utf8)
        }
        #expect(try scan(line(64)).value(at: 0).count == 128)
        #expect(throws: JSONError(column: 70, reason: .tooDeep(limit: 64))) { try scan(line(65)) }
        #expect(throws: JSONError(column: 70, reason: .tooDeep(limit: 64))) { try scan(line(1_000_000)) }
    }

    @Test func everyPrefixOfALineIsRefused() throws {
        let line = Array(#"{"a":"\u00e9\ud83d\ude00é","b":[1.5e3,{"x":null}],"c":{"base64":"aGk="},"d":true}"#.utf8)
        #expect(try scan(line).fields.count == 4)
        for count in line.indices {
            #expect(throws: JSONError.self) { try scan(Array(line[..<count])) }
        }
    }

    @Test func scannerCanBeUsedAgainAfterAnError() throws {
        var scanner = MessageScanner()
        var message = Message()
        let bad = Array(#"{"a":"long enough","a":1}"#.utf8)
        #expect(throws: JSONError.self) { try scanner.scan(bad, bad.indices, into: &message) }
        let good = Array(#"xx{"b":"c"}yy"#.utf8)
        try scanner.scan(good, 2..<(good.count - 2), into: &message)
        #expect(message == Message([(Array("b".utf8), Array("c".utf8))]))
    }

    @Test(arguments: [("", true), (" \t\r", true), ("\u{A0}", false), (" x", false)])
    func blankLineIsNoMessage(line: String, isBlank: Bool) {
        #expect(
            MessageScanner.isBlank(Array(line.utf8), line.utf8.indices.isEmpty ? 0..<0 : 0..<line.utf8.count) == isBlank
        )
    }

    private func scan(_ line: [UInt8]) throws -> Message {
        var scanner = MessageScanner()
        var message = Message()
        try scanner.scan(line, line.indices, into: &message)
        return message
    }

    /// The bytes of a text; U+00FF stands for the byte 0xFF.
    private func bytes(_ text: String) -> [UInt8] {
        text.unicodeScalars.flatMap { $0 == "\u{FF}" ? [0xFF] : Array(String($0).utf8) }
    }
}
