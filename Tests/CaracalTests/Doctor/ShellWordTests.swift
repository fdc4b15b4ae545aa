import TestSupport
import Testing

@testable import Caracal
import Text

/// Names as they stand in a line to copy.
@Suite struct ShellWordTests {
    @Test(
        arguments: [
            ("plain.name:1", "plain.name:1"), ("", "''"), ("a b;c", "'a b;c'"), ("it's", #"'it'\''s'"#),
            ("\u{1B}[31m'", #""$(printf '\033\13331m\047')""#), ("$(id)`x`", "'$(id)`x`'"), ("a\0b", #"'a\x00b'"#),
            ("ü\\", #""$(printf '\303\274\134')""#), ("a\\b", #"'a'\\'b'"#), ("-é", #""$(printf '\055\303\251')""#),
            ("a\n", #"$'a\x0a'"#), ("caracalctl", "'caracalctl'"), ("a caracalctl b", "'a caracalctl'' b'"),
        ]
    )
    func aNameIsOneWordForAShell(name: String, word: String) {
        #expect(ShellWord.quoted(Array(name.utf8)).text == word)
    }

    @Test(
        arguments: [
            ("a", "--to a", "a", "a"), ("-x", "--to=-x", "-- -x", "--group=-x"),
            ("a b", "--to 'a b'", "'a b'", "'a b'"),
            ("--all;", "--to='--all;'", "-- '--all;'", "--group='--all;'"), ("", "--to ''", "''", "''"),
        ]
    )
    func whatBeginsWithADashIsNoOption(name: String, option: String, last: String, group: String) {
        let bytes = Array(name.utf8)
        #expect(ShellWord.option("--to", bytes).text == option)
        #expect(ShellWord.last(bytes).text == last)
        #expect(ShellWord.group(bytes).text == group)
    }

    /// Each byte but those that no word can have, alone, at an end and before what could be read with it, and what a shell expands.
    private static let names: [[UInt8]] =
        (UInt8(1)...255).filter { $0 != UInt8(ascii: "\n") }.flatMap { byte in
            [[byte], [UInt8(ascii: "a"), byte], [byte, 0x27, 0x5C, UInt8(ascii: "0"), byte]]
        }
        + [
            "", "-x", "--all", "$(id)", "`id`", "\"$HOME\"", "{a,b}", "[a]", "%s%d", "a\nb", "\\n", "\\'", "\\';id;#",
            "a # b",
            "'\u{301}", "x caracalctl ack y",
        ].map { Array($0.utf8) }

    @Test(arguments: ["sh", "bash", "zsh", "fish"])
    func everyShellTakesAWordForItsName(shell: String) throws {
        let words = Self.names.map { ShellWord.quoted($0).text }.joined(separator: " ")
        let result = try CommandRunner("/usr/bin/env").run([shell, "-c", "printf '%s|\\n' \(words)"])
        #expect(result.status == 0 && result.stderr.isEmpty, "\(result.stderr)")
        #expect(result.stdoutBytes == Self.names.flatMap { $0 + Array("|\n".utf8) })
    }

    /// What stands for it in a line could be another name.
    @Test func aNameWithAZeroByteIsGivenToNoCommand() {
        let name = Array("x\0y".utf8)
        #expect(!ShellWord.canGive(name))
        #expect(
            RedisCLI.look(at: name, on: "s".utf8).text
                == "\(RedisCLI.text) XINFO GROUPS s # its name holds a zero byte, which no command line can give"
        )
        let fix: TerminalText = "caracalctl claim s \(ShellWord.group(name)) --to a"
        let outcome = CheckOutcome(.failure, "x", stream: "s", group: name, fix: fix)
        #expect(outcome.fix == RedisCLI.look(at: name, on: "s".utf8))
    }

    /// What printf wrote is dropped at its end.
    @Test(arguments: ["bash", "zsh"])
    func aLineFeedAtTheEndStays(shell: String) throws {
        let word = ShellWord.quoted(Array("'ü\n\n".utf8)).text
        let result = try CommandRunner("/usr/bin/env").run([shell, "-c", "printf '%s|' \(word)"])
        #expect(result.stdout == "'ü\n\n|")
    }

    @Test func whatPrintfWritesIsReadAgain() {
        for name in Self.names {
            let word = ShellWord.quoted(name).text
            guard word.hasPrefix("\"") else { continue }
            let read = ShellWord.printed(word.dropFirst().dropLast())
            #expect(read.map { Array($0.utf8) } == (ShellWord.canGive(name) ? name : nil))
        }
        for other in [
            "", "$(printf '", "$(printf 'a b')", #"$(printf '\9')"#, #"$(printf '\777')"#, #"$(printf '\+12')"#,
            "$(id)",
        ] {
            #expect(ShellWord.printed(other) == nil)
        }
    }
}
