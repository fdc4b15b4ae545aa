import Rendering
import Testing
import Text

extension ScreenText {
    /// What a terminal is sent, to look for something in it.
    var shown: String { String(decoding: bytes, as: UTF8.self) }
}

struct ScreenTextTests {
    @Test func literalsAreAsTheyAreWithTheirLinesAndColours() {
        let text: ScreenText = "a\\b\n\u{1B}[1mé\u{1B}[0m\n"
        #expect(text.bytes == Array("a\\b\n\u{1B}[1mé\u{1B}[0m\n".utf8))
        #expect(("" as ScreenText).isEmpty && ScreenText("") == "")
    }

    /// Whatever is known only when the program runs is escaped as a `TerminalText` is.
    @Test(arguments: ["plain", "\u{1B}[2J", "a\nb\r\t", #"\x1b"#, "\u{202E}\u{9B}", "naïve 東京", ""])
    func whatIsInterpolatedIsEscaped(_ value: String) {
        let (bytes, escaped) = (Array(value.utf8), TerminalText(value).text)
        let text: ScreenText = "<\(value)>\n\(bytes)\n\(bytes[...])\n\(value[...])\n"
        // Bytes are names, and an empty one is seen to be empty.
        let name = value.isEmpty ? "\"\"" : escaped
        #expect(text.shown == "<\(escaped)>\n\(name)\n\(name)\n\(escaped)\n")
    }

    @Test func bytesNumbersAndValuesWithWordsAreEscapedOnce() {
        struct Verdict: TerminalTextConvertible {
            let text: TerminalText = "bad \("\\" as String)"
        }
        struct Name: CustomStringConvertible {
            let description = "\u{1B}\\"
        }
        let text: ScreenText = "\([0xFF, 0x0A] as [UInt8]) \(7) \(Verdict()) \(Name()) \(keeping: Name())"
        #expect(text == #"\xff\n 7 bad \\ \x1b\\ \x1b\"#)
    }

    @Test func whatIsSafeAlreadyIsNotEscapedTwice() {
        let name = TerminalText([0x1B, 0x5C])
        let line: ScreenText = "name \(name)\n"
        #expect(line == "name \\x1b\\\\\n")
        #expect("\(line)\(line)" as ScreenText == "name \\x1b\\\\\nname \\x1b\\\\\n")
        #expect(ScreenText(name) == "\\x1b\\\\")
    }

    @Test func aLiteralWithinAnInterpolationHasLinesAndEscapesItsParts() {
        let name: String? = "a\nb"
        let text: ScreenText =
            "list\(name == nil ? "" : "\n  \(name ?? "")\n")\(name.map { "of \($0)\n" as ScreenText } ?? "")"
        #expect(text == "list\n  a\\nb\nof a\\nb\n")
    }

    @Test func partsArePutTogetherAsTheyAre() {
        let parts: [ScreenText] = ["a\n", Style.red.applied(to: "b"), "\("\n" as String)"]
        #expect(parts.joined(separator: "|") == "a\n|\u{1B}[31mb\u{1B}[0m|\\n")
        #expect(parts[0] + parts[2] == "a\n\\n")
        #expect([ScreenText]().joined().isEmpty)
    }

    @Test func aColourKeepsWhatItIsAppliedToSafe() {
        let look = TerminalLook(usesColour: true)
        let name: TerminalText = "\("\u{1B}c" as String)"
        #expect(look.styled("\(name)", .red) == "\u{1B}[31m\\x1bc\u{1B}[0m")
        #expect(look.styled("\("\u{1B}c" as String)\n", nil) == "\\x1bc\n")
        #expect(TerminalLook.plain.styled("\(name)", .red) == "\\x1bc")
    }

    @Test func aSentenceIsFoldedAndItsFirstWordColoured() {
        let look = TerminalLook(usesColour: true, width: 16)
        let folded = look.folded(label: "1. ", word: "fail", .red, " of \("\n" as String) \\ and more", indent: 3)
        #expect(folded == "1. \u{1B}[31mfail\u{1B}[0m of \\n \\\n   and more")
        #expect(TerminalLook(usesColour: false, width: 16).folded("a b c d e f g h i j") == "a b c d e f g h\n  i j")
        // On two columns the word has a line of its own.
        let narrow = TerminalLook(usesColour: true, width: 2)
        #expect(narrow.folded(label: "1. ", word: "fail", .red, " x", indent: 0) == "1.\nfail\nx")
    }

    @Test func linesHaveAWidthWithoutTheirColours() {
        let text = Style.red.applied(to: "東京") + "\n" + "\nlast\n"
        #expect(text.lines == ["\u{1B}[31m東京\u{1B}[0m", "", "last"])
        #expect(text.lines.map(\.width) == [4, 0, 4])
        #expect(("a\nb" as ScreenText).lines == ["a", "b"] && ("" as ScreenText).lines.isEmpty)
    }

    @Test func aTerminalOfASCIIGetsASCII() {
        let text: ScreenText = "\u{1B}[2m… ≥1 ≤2 東é\u{1B}[0m\n"
        #expect(text.inASCII == "\u{1B}[2m~ >1 <2 ??\u{1B}[0m\n")
    }

    @Test func safeTextIsCutAndFilled() {
        let name = TerminalText("\u{1B}日本")
        #expect(name.width == 8 && name.padded(to: 10) == "\\x1b日本  ".safe)
        #expect(name.truncated(to: 6) == "\\x1b…".safe)
        #expect(name.abbreviated(to: 6) == "\\x1…本".safe)
        #expect(TextFolding.lines(name + " x", width: 8) == ["\\x1b日本".safe, "x"])
    }
}

extension String {
    /// A text that is safe as it is written here.
    fileprivate var safe: TerminalText { TerminalText(keeping: self) }
}
