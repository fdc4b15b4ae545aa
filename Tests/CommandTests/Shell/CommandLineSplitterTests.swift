import Testing

@testable import CaracalCommands

@Suite struct CommandLineSplitterTests {
    static let lines: [(String, [String])] = [
        ("", []),
        ("  xlen\t audit.events  ", ["xlen", "audit.events"]),
        ("a 'b c' \"d e\" f\\ g", ["a", "b c", "d e", "f g"]),
        ("a''b '' \"\"", ["ab", "", ""]),
        (#"'a\b' "a\b" "a\"b" "a\\b" a\\b a\'b"#, [#"a\b"#, #"a\b"#, #"a"b"#, #"a\b"#, #"a\b"#, "a'b"]),
        (#""it's" 'say "x"'"#, ["it's", #"say "x""#]),
        ("a#b $HOME * ~ ; | > x", ["a#b", "$HOME", "*", "~", ";", "|", ">", "x"]),
        ("f='é\u{301}'", ["f=é\u{301}"]),
        ("'\u{301}'", ["\u{301}"]),
    ]

    @Test(arguments: lines)
    func wordsAreThoseOfAShell(line: String, words: [String]) throws {
        #expect(try CommandLineSplitter.split(line) == words)
    }

    @Test(arguments: ["'", "a 'b", "a'b'c'"])
    func anOpenSingleQuoteIsAnError(line: String) {
        #expect(throws: CommandLineSplitter.SyntaxError.openQuote("'")) { try CommandLineSplitter.split(line) }
    }

    @Test(arguments: ["\"", "a \"b\\\""])
    func anOpenDoubleQuoteIsAnError(line: String) {
        #expect(throws: CommandLineSplitter.SyntaxError.openQuote("\"")) { try CommandLineSplitter.split(line) }
    }

    @Test func aBackslashAtTheEndIsAnError() {
        #expect(throws: CommandLineSplitter.SyntaxError.nothingEscaped) { try CommandLineSplitter.split("a \\") }
    }

    @Test func theLastWordIsTheOneThatIsBeingTyped() {
        let typing = CommandLineSplitter.splitUnfinished("xlen aud")
        #expect(typing.whole == ["xlen"])
        #expect(typing.last == .init(text: "aud", isQuoted: false))
        #expect(CommandLineSplitter.splitUnfinished("xlen ").last == .init())
        #expect(CommandLineSplitter.splitUnfinished("xlen 'a").last.isQuoted)
    }
}
