import Caracal
import Testing
import Text

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

    /// What the tool prints is typed here as well as in other shells.
    @Test(arguments: [
        "-x", "a b", "a'b", #"a\'b"#, "$(x)", "ü", "\u{1B}[31m\\", "-\u{7}é'\u{301}", "caracalctl", "x caracalctl y",
    ])
    func aNameThatIsPrintedIsReadAsItIs(name: String) throws {
        let line = "pending keys.invalidate \(ShellWord.quoted(Array(name.utf8)).text)"
        #expect(try CommandLineSplitter.split(line) == ["pending", "keys.invalidate", name])
        let joined = "x \(ShellWord.option("--to", Array("-\(name)".utf8)).text)"
        #expect(try CommandLineSplitter.split(joined) == ["x", "--to=-\(name)"])
    }

    @Test(arguments: ["$(id)", "$(printf 'a b')", #"$(printf '\377')"#])
    func nothingElseIsExpanded(text: String) throws {
        #expect(try CommandLineSplitter.split("\"\(text)\"") == [text])
        #expect(try CommandLineSplitter.split(#"'"$(printf '"#) == [#""$(printf "#])
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
