import Rendering
import Testing

/// What the writer takes from a byte array without a copy.
@Suite struct JSONBytesTests {
    private func written(_ layout: JSONWriter.Layout = .compact, _ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter(layout)
        body(&writer)
        return String(decoding: writer.drain(), as: UTF8.self)
    }

    @Test func namesAndValuesAreStretchesOfOneArray() {
        let source = Array("zone_idz-1\u{1B}é".utf8) + [0xFF]
        let text = written { writer in
            writer.object { object in
                object.member(0..<7, 7..<10, in: source)
                object.member(9..<10, 10..<13, in: source)
                object.member(0..<1, 13..<14, in: source)
                object.name("list")
                object.array { list in
                    list.element(0..<4, in: source)
                    list.element(0..<4, 5..<7, in: source)
                }
            }
        }
        #expect(text == #"{"zone_id":"z-1","1":"\u001bé","z":{"base64":"/w=="},"list":["zone",["zone","id"]]}"#)
    }

    @Test(
        arguments: [
            ("café", [UInt8]("café".utf8)), (#"\\xff"#, [0xFF]), (#"\\\\xff"#, Array(#"\xff"#.utf8)),
            (#"a\\\\b"#, Array(#"a\b"#.utf8)),
            ("", []), (#"\u001b\""#, Array("\u{1B}\"".utf8)),
        ] as [(String, [UInt8])]
    )
    func noTwoNamesShareAText(_ name: String, _ bytes: [UInt8]) {
        #expect(written { $0.object { $0.member(bytes.indices, 0..<0, in: bytes) } } == "{\"\(name)\":\"\"}")
    }

    @Test func whatATerminalWouldObeyIsEscapedInJSONToo() {
        let source = Array("xx{\"a\":\"é\u{202E}\u{7F}\\n\\u00e9東\u{9B}\",\"n\":1.50}yy".utf8)
        let text = written { $0.write(json: source, 2..<source.count - 2) }
        #expect(text == #"{"a":"é\u202e\u007f\n\u00e9東\u009b","n":1.50}"#)
    }

    @Test func whatWasWrittenBeforeHasALineOfItsOwn() {
        var writer = JSONWriter()
        writer.array { pairs in
            for _ in 1...2 { pairs.element(["a"]) }
        }
        let value: JSONValue = ["fields": .written(writer.drain()), "n": 1]
        let document = String(decoding: value.prettyDocument(), as: UTF8.self)
        #expect(document == "{\n  \"fields\": [[\"a\"],[\"a\"]],\n  \"n\": 1\n}\n")
    }
}
