import Rendering
import Testing

struct JSONTests {
    private func text(_ value: JSONValue) -> String {
        String(decoding: value.line().dropLast(), as: UTF8.self)
    }

    @Test func membersKeepTheOrderTheyAreWrittenIn() {
        let value: JSONValue = ["z": 1, "a": ["m": true, "b": []], "k": [1, "two", .null]]
        #expect(text(value) == #"{"z":1,"a":{"m":true,"b":[]},"k":[1,"two",null]}"#)
    }

    @Test func aPrettyDocumentIsIndentedByTwoSpaces() {
        let value: JSONValue = ["items": [["id": "1-0", "n": 2], 3], "none": [], "empty": [:], "ok": false]
        #expect(
            String(decoding: value.prettyDocument(), as: UTF8.self) == """
                {
                  "items": [
                    {
                      "id": "1-0",
                      "n": 2
                    },
                    3
                  ],
                  "none": [],
                  "empty": {},
                  "ok": false
                }

                """
        )
    }

    @Test(arguments: [
        (JSONValue.integer(.min), "-9223372036854775808"), (.unsigned(.max), "18446744073709551615"),
        (.double(0.5), "0.5"), (.double(1e300), "1e+300"), (.double(-0.0), "-0.0"),
        (.double(.leastNonzeroMagnitude), "5e-324"),
        (.double(.infinity), #""inf""#), (.double(-.infinity), #""-inf""#), (.double(.nan), #""nan""#),
        (.double(-.nan), #""nan""#), (.bool(false), "false"),
    ])
    func numbersAreExactAndNeverTrap(_ value: JSONValue, _ written: String) {
        #expect(text(value) == written)
    }

    @Test func unknownIsNullAndNeverZero() {
        #expect(JSONValue(nil as Int?) == .null)
        #expect(JSONValue(nil as UInt64?) == .null)
        #expect(JSONValue(nil as Double?) == .null)
        #expect(JSONValue(nil as Bool?) == .null)
        #expect(JSONValue(nil as String?) == .null)
        #expect(JSONValue(bytes: nil as [UInt8]?) == .null)
        #expect(JSONValue(Int?.some(7)) == .integer(7))
        #expect(JSONValue(bytes: [UInt8](1...3)[1...]) == .bytes([2, 3]))
    }

    @Test(arguments: [
        (#"a"b\c/"#, #""a\"b\\c/""#), ("\u{0}\u{1F}", #""\u0000\u001f""#), ("\n\r\t\u{8}", #""\n\r\t\u0008""#),
        ("\r\n", #""\r\n""#), ("\u{7F}\u{9B}", #""\u007f\u009b""#), ("\u{2028}\u{2029}", #""\u2028\u2029""#),
        ("\u{202E}\u{200B}", #""\u202e\u200b""#), ("\u{E0041}", #""\udb40\udc41""#), ("é東🦊", #""é東🦊""#), ("", #""""#),
        ("x\u{85}é\"y\u{1D173}z", #""x\u0085é\"y\ud834\udd73z""#),
    ])
    func stringsAreEscapedForReadersAndTerminals(_ string: String, _ written: String) {
        #expect(text(.string(string)) == written)
        #expect(text(.bytes(Array(string.utf8))) == written)
        #expect(text(.object([JSONMember(string, .null)])) == "{\(written):null}")
    }

    @Test(arguments: [
        ([0xFF], "/w=="), ([0xFF, 0xFE], "//4="), ([0xFF, 0xFE, 0xFD], "//79"), ([0xC0, 0x80], "wIA="),
        ([0x61, 0xED, 0xA0, 0x80], "Ye2ggA=="), ([0x61, 0x62, 0xE2, 0x82], "YWLigg=="),
    ])
    func bytesThatAreNotUTF8AreBase64(_ bytes: [UInt8], _ encoded: String) {
        #expect(text(.bytes(bytes)) == #"{"base64":"\#(encoded)"}"#)
    }

    @Test func base64FollowsTheTestVectorsOfItsStandard() {
        let vectors = ["": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "foobar": "Zm9vYmFy"]
        for (plain, encoded) in vectors { #expect(Base64.encoded(Array(plain.utf8)) == encoded) }
    }

    @Test func everyScalarSurvivesWithoutAControlCharacter() {
        // The planes between are printable throughout, and all alike to the writer.
        for value in [0...0x1FFFF, 0xE0000...0xE0FFF, 0x10FFFF...0x10FFFF].joined() {
            guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
            let written = JSONValue.string(String(scalar)).line().dropLast()
            let isSafe = written.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
            let isCopied = written.dropFirst().dropLast().elementsEqual(String(scalar).utf8)
            if !isSafe || (!isCopied && written.dropFirst().first != UInt8(ascii: "\\")) { Issue.record("\(value)") }
        }
    }

    @Test func aDocumentCanBeWrittenPieceByPiece() {
        var writer = JSONWriter(.compact)
        var output: [UInt8] = []
        writer.object { writer in
            writer.member("schema", "caracalctl.pending/1")
            writer.member(
                "items",
                array: { writer in
                    for number in 1...2 {
                        writer.element(object: { writer in writer.member("n", JSONValue(number)) })
                        output += writer.drain()
                    }
                    writer.element([])
                }
            )
            writer.member("summary", [:])
        }
        writer.endLine()
        output += writer.drain()
        #expect(
            String(decoding: output, as: UTF8.self)
                == #"{"schema":"caracalctl.pending/1","items":[{"n":1},{"n":2},[]],"summary":{}}"# + "\n"
        )
        #expect(writer.drain().isEmpty)
    }

    @Test func piecesAndTreeAreLaidOutAlike() {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("a", array: { writer in writer.element(object: { writer in writer.member("b", 1) }) })
            writer.member("c", array: { _ in })
        }
        writer.endLine()
        let tree: JSONValue = ["a": [["b": 1]], "c": []]
        #expect(writer.drain() == tree.prettyDocument())
    }

    @Test func linesFollowEachOtherWithoutCommas() {
        var writer = JSONWriter()
        for number in 1...2 {
            writer.object { $0.member("n", .integer(Int64(number))) }
            writer.endLine()
        }
        writer.array { $0.element(3) }
        writer.endLine()
        #expect(String(decoding: writer.drain(), as: UTF8.self) == "{\"n\":1}\n{\"n\":2}\n[3]\n")
    }

    @Test func anErrorInTheMiddleIsPassedOn() {
        struct Cut: Error, Equatable {}
        var writer = JSONWriter()
        #expect(throws: Cut()) {
            try writer.object { writer throws(Cut) in
                writer.member("a", 1)
                throw Cut()
            }
        }
        #expect(String(decoding: writer.drain(), as: UTF8.self) == #"{"a":1"#)
    }
}
