import Testing
import Text

struct TerminalTextTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
    private func escaped(_ bytes: some Collection<UInt8>) -> String { TerminalText(bytes).text }
    private func escaped(_ text: String) -> String { TerminalText(text).text }
    private func printable(_ text: String) -> String { TerminalText(keeping: text).text }

    @Test func plainASCIIIsUnchanged() {
        #expect(escaped(bytes("audit.events {\"a\":1} ~!")) == "audit.events {\"a\":1} ~!")
        #expect(escaped([UInt8]()) == "")
    }

    @Test func printableUnicodeIsUnchanged() {
        let text = "naïve 東京 مرحبا e\u{301} 🦊"
        #expect(escaped(text).unicodeScalars.elementsEqual(text.unicodeScalars))
    }

    @Test func theBackslashIsDoubledSoThatEscapesAreUnambiguous() {
        #expect(escaped(#"\x1b"#) == #"\\x1b"#)
        #expect(escaped(#"C:\dir"#) == #"C:\\dir"#)
    }

    @Test func whatMayBeEscapedAlreadyIsNotEscapedTwice() {
        #expect(printable(#"\x1b \\ \"# + "\u{1B}\n") == #"\x1b \\ \\x1b\n"#)
        for text in ["", "plain", "\\", "a\u{202E}\\", "\u{9B}"] {
            let once = escaped(text)
            #expect(printable(once) == once)
        }
    }

    @Test(arguments: [
        ("\u{0}", #"\x00"#), ("\u{1B}[31m", #"\x1b[31m"#), ("\u{7}", #"\x07"#), ("\u{8}", #"\x08"#),
        ("\u{1F}", #"\x1f"#), ("\u{7F}", #"\x7f"#), ("a\nb", #"a\nb"#), ("a\r\nb", #"a\r\nb"#), ("a\tb", #"a\tb"#),
    ])
    func controlCharactersAreShown(_ input: String, _ shown: String) {
        #expect(escaped(input) == shown)
    }

    @Test(arguments: [
        ("\u{80}", #"\u{80}"#), ("\u{9B}31m", #"\u{9b}31m"#), ("\u{9F}", #"\u{9f}"#), ("\u{AD}", #"\u{ad}"#),
        ("\u{202A}", #"\u{202a}"#), ("\u{202E}gpj", #"\u{202e}gpj"#), ("\u{2066}", #"\u{2066}"#),
        ("\u{2069}", #"\u{2069}"#), ("\u{200E}", #"\u{200e}"#), ("\u{200F}", #"\u{200f}"#), ("\u{61C}", #"\u{61c}"#),
        ("a\u{200B}b", #"a\u{200b}b"#), ("\u{200D}", #"\u{200d}"#), ("\u{2060}", #"\u{2060}"#),
        ("\u{FEFF}", #"\u{feff}"#), ("\u{2028}", #"\u{2028}"#), ("\u{2029}", #"\u{2029}"#),
        ("\u{FE0F}", #"\u{fe0f}"#), ("\u{3164}", #"\u{3164}"#), ("\u{E0000}", #"\u{e0000}"#),
        ("\u{E0041}", #"\u{e0041}"#), ("\u{E007F}", #"\u{e007f}"#), ("\u{E0100}", #"\u{e0100}"#),
    ])
    func whatIsHiddenOrReordersIsShown(_ input: String, _ shown: String) {
        #expect(escaped(input) == shown)
    }

    @Test(arguments: [
        ([0xFF], #"\xff"#), ([0x80], #"\x80"#), ([0x9B, 0x33], #"\x9b3"#), ([0xC0, 0x80], #"\xc0\x80"#),
        ([0xED, 0xA0, 0x80], #"\xed\xa0\x80"#), ([0xF4, 0x90, 0x80, 0x80], #"\xf4\x90\x80\x80"#),
        ([0xE2, 0x82], #"\xe2\x82"#), ([0x61, 0xE2, 0x82, 0x62], #"a\xe2\x82b"#), ([0xC2], #"\xc2"#),
        ([0xF0, 0x9F, 0xA6, 0xC3, 0xA9], #"\xf0\x9f\xa6é"#),
    ])
    func bytesThatAreNotUTF8AreShownInHexadecimal(_ input: [UInt8], _ shown: String) {
        #expect(escaped(input) == shown)
    }

    @Test func aSliceIsReadFromItsOwnStart() {
        let whole: [UInt8] = [0x61, 0xFF, 0x0A, 0x62]
        #expect(escaped(whole[1...2]) == #"\xff\n"#)
    }

    /// The terminal canary: no single byte and no pair of bytes gets a control through.
    @Test func noPairOfBytesLeavesAControlCharacter() {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                let shown = escaped([first, second])
                let isSafe = shown.unicodeScalars.allSatisfy {
                    $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0.value != 0xAD
                }
                #expect(isSafe, "\(first) \(second)")
            }
        }
    }

    @Test func differentBytesAreNeverShownAlike() {
        var seen: Set<[UInt8]> = []
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max { seen.insert(Array(escaped([first, second]).utf8)) }
        }
        #expect(seen.count == 65_536)
    }

    @Test func whatIsInterpolatedIsEscapedAndLiteralsAreNot() {
        let (name, bytes): (String, [UInt8]) = (#"\x1b"#, [0x1B, 0xFF])
        let text: TerminalText = #"\n: \#(name), \#(bytes), \#(bytes[1...]), \#(7)"#
        #expect(text.text == #"\n: \\x1b, \x1b\xff, \xff, 7"#)
        #expect("again: \(text)" as TerminalText == #"again: \n: \\x1b, \x1b\xff, \xff, 7"#)
        #expect("in a string: \(text)" == #"in a string: \n: \\x1b, \x1b\xff, \xff, 7"#)
    }

    @Test func aLiteralWithinAnInterpolationEscapesItsPartsOnce() {
        let name: [UInt8]? = [0x5C, 0x0A]
        let text: TerminalText = "a group\(name.map { ", \($0)" } ?? "")\(name == nil ? "" : " (\(#"\"# as String))")"
        #expect(text.text == #"a group, \\\n (\\)"#)
    }

    @Test func partsAreJoinedAsTheyAre() {
        let parts = [TerminalText(#"\"# as String), "and", TerminalText([0x07])]
        #expect(parts.joined(separator: ", ").text == #"\\, and, \x07"#)
        #expect((parts[0] + " " + parts[2]).text == #"\\ \x07"#)
        #expect([TerminalText]().joined().isEmpty)
    }

    /// JSON escapes control characters itself; bytes that it cannot hold look as they do on a terminal.
    @Test(
        arguments: [
            (TerminalText([0xFF]), #"\xff"#), (TerminalText(Array(#"\xff"#.utf8)), #"\\xff"#),
            (TerminalText([0x1B]), "\u{1B}"), ("a \("\u{202E}" as String)", "a \u{202E}"), ("plain", "plain"),
            ("group \([0x1B, 0x5C] as [UInt8]) and \("é")", "group \u{1B}\\\\ and é"),
        ] as [(TerminalText, String)]
    )
    func jsonHasControlCharactersAsTheyCame(_ text: TerminalText, _ json: String) {
        #expect(text.json == json)
    }

    @Test func whatIsQuotedIsASCIIAndNotEndlessLong() {
        #expect(TerminalText(quoting: Array("a\"\\é\n".utf8)).text == #""a\"\\\xc3\xa9\n""#)
        #expect(TerminalText(quoting: Array("abc".utf8), limit: 2).text == "\"ab…\"")
    }
}
