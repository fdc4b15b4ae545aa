import TestSupport
import Testing

/// The completion scripts in the shells that read them.
@Suite struct CompletionScriptsTests {
    private static let folder = Repository.root + "/completions"

    private func run(_ shell: String, _ arguments: [String]) throws -> CommandResult {
        try CommandRunner("/usr/bin/env", environment: ["TERM": "dumb"]).run([shell] + arguments)
    }

    @Test(arguments: [
        ("bash", "caracalctl.bash", ["--norc", "-n"]), ("zsh", "_caracalctl", ["-f", "-n"]),
        ("fish", "caracalctl.fish", ["--no-config", "--no-execute"]),
    ])
    func theScriptIsOneOfItsShell(shell: String, script: String, options: [String]) throws {
        expect(try run(shell, options + ["\(Self.folder)/\(script)"]), status: 0)
    }

    /// What is typed, and the words that are offered for the last of it.
    static let completions: [(String, [String])] = [
        ("caracalctl xl", ["xlen"]), ("caracalctl provision --start ", ["auto", "0", "$"]),
        ("caracalctl xlen --output ", ["table", "json", "ndjson", "prometheus"]),
        ("caracalctl xlen audit.", ["audit.events", "audit.events.dlq"]), ("caracalctl dlq re", ["redrive"]),
        ("caracalctl context ", ["ls", "use", "show", "add", "rm"]),
    ]

    @Test(arguments: completions)
    func bashOffers(line: String, words: [String]) throws {
        let script = """
            source \(Self.folder)/caracalctl.bash
            COMP_LINE='\(line)' COMP_POINT=\(line.count) COMP_CWORD=\(line.split(separator: " ", omittingEmptySubsequences: false).count - 1)
            IFS=' ' read -ra COMP_WORDS <<<"$COMP_LINE"
            [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
            $(complete -p caracalctl | sed 's/.*-F \\([^ ]*\\).*/\\1/') caracalctl "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let result = try run("bash", ["--norc", "-c", script])
        #expect(result.status == 0)
        #expect(result.stderr.isEmpty)
        let offered = result.stdout.split(separator: "\n").map(String.init)
        #expect(Set(offered).subtracting(["help", "--version", "-h", "--help"]) == Set(words))
    }

    @Test(arguments: completions)
    func fishOffers(line: String, words: [String]) throws {
        let script = "source \(Self.folder)/caracalctl.fish; complete -C '\(line)'"
        let result = try run("fish", ["--no-config", "-c", script])
        #expect(result.status == 0)
        #expect(result.stderr.isEmpty)
        let offered = result.stdout.split(separator: "\n").compactMap {
            $0.split(separator: "\t").first.map(String.init)
        }
        #expect(Set(offered) == Set(words))
    }

    /// What the tool writes when it is asked for a script is what is installed.
    @Test(arguments: [["--generate-completion-script", "fish"], ["--generate-completion-script=fish"]])
    func theToolWritesTheScriptThatIsInstalled(words: [String]) throws {
        let script = String(decoding: try TemporaryFolder.read(Self.folder + "/caracalctl.fish"), as: UTF8.self)
        expect(try CommandRunner(environment: [:]).run(words), status: 0, stdout: script)
    }

    @Test func fishHasNothingToComplainOfAtTheFirstTab() throws {
        let script = """
            source \(Self.folder)/caracalctl.fish
            for line in 'caracalctl ' 'caracalctl -' 'caracalctl provision ' 'caracalctl provision -' 'caracalctl raw '
                complete -C $line >/dev/null
            end
            """
        expect(try run("fish", ["--no-config", "-c", script]), status: 0)
    }

    /// zsh completes nowhere but at a terminal.
    @Test func zshCompletesWhatIsTyped() throws {
        let zsh = try CommandRunner("/usr/bin/env", environment: ["TERM": "dumb", "PS1": "ready> "])
            .startInTerminal(["zsh", "-f", "-i"], columns: 200)
        try zsh.waitForOutput("ready> ")
        zsh.type("fpath=(\(Self.folder) $fpath); autoload -Uz compinit; compinit -u -D; PS1='set''up> '\n")
        try zsh.waitForOutput("setup> ")
        zsh.type("caracalctl xl\t")
        try zsh.waitForOutput("caracalctl xlen ")
        zsh.type("sess\t")
        try zsh.waitForOutput("sessions.revoke ")
        zsh.type("--outp\t")
        try zsh.waitForOutput("--output ")
        zsh.type("prom\t")
        try zsh.waitForOutput("prometheus ")
        zsh.type("\u{15}exit\n")
        let result = try zsh.finish()
        #expect(!result.stdout.contains("error"))
    }
}
