import TestSupport
import Testing

/// The completion scripts in the shells that read them.
@Suite struct CompletionScriptsTests {
    @Test(arguments: CompletingShell.allCases)
    func theScriptIsOneOfItsShell(shell: CompletingShell) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("script", try shell.script())
        expect(try shell.run(shell.checkingOptions + [file]), status: 0)
    }

    /// What is typed, and the words that are offered for the last of it.
    static let completions: [(String, [String])] = [
        ("caracalctl xl", ["xlen"]), ("caracalctl provision --start ", ["auto", "0", "$"]),
        ("caracalctl xlen --output pro", ["prometheus"]), ("caracalctl xlen -o pro", ["prometheus"]),
        ("caracalctl xlen audit.", ["audit.events", "audit.events.dlq"]), ("caracalctl dlq re", ["redrive"]),
        ("caracalctl xlen caracal.k", ["caracal.keys.invalidate"]),
        ("caracalctl xlen --max-f", ["--max-fill"]), ("caracalctl --conf", ["--confirm"]),
        ("caracalctl -o json --quiet verify-s", ["verify-sig"]), ("caracalctl help do", ["doctor"]),
        ("caracalctl publish --json ", ["FILES"]), ("caracalctl --password-file ", ["FILES"]),
        ("caracalctl sandbox --keep ", ["FILES"]), ("caracalctl sandbox -- caracalctl xl", ["xlen"]),
        ("caracalctl 'dlq' red", ["redrive"]), ("caracalctl bogus ", []), ("caracalctl raw GET ", []),
        ("caracalctl pending keys.invalidate ", []), ("caracalctl xlen --timeout ", []),
        ("caracalctl publish keys.invalidate zo", ["zone_id="]),
    ]

    @Test(arguments: CompletingShell.allCases, completions)
    func theShellOffers(shell: CompletingShell, completion: (line: String, words: [String])) throws {
        // fish sorts them.
        #expect(try shell.offers(completion.line).sorted() == completion.words.sorted())
    }

    /// In each shell the name of the option and its value are one word, which bash breaks.
    @Test(arguments: [
        (CompletingShell.bash, "prometheus", "FILES"), (.zsh, "--output=prometheus", "FILES"),
        (.fish, "--output=prometheus", "--password-file=FILES"),
    ])
    func aValueBehindAnEqualsSignIsCompleted(shell: CompletingShell, value: String, files: String) throws {
        #expect(try shell.offers("caracalctl xlen --output=pro") == [value])
        #expect(try shell.offers("caracalctl xlen --password-file=") == [files])
    }

    /// Files are completed by the shell itself, as it names them.
    @Test(arguments: CompletingShell.allCases)
    func filesAndCommandsAreCompletedAtATerminal(shell: CompletingShell) throws {
        let folder = try TemporaryFolder()
        let script = try folder.write("script", try shell.echoingScript())
        let file = try folder.write("only one", "")
        let terminal = try shell.startAtTerminal()
        terminal.type("source \(script)\n")
        for words in [["publish", "--json", file], ["sandbox", "--", "cat", file], ["xlen", "--output=json"]] {
            let typed = words.joined(separator: " ").dropLast(words.last == file ? "ly one".count : 2)
            try terminal.type("caracalctl \(typed)\t\n", until: words.map { "<\($0)>" }.joined())
        }
        terminal.type("exit\n")
        #expect(try terminal.finish().status == 0)
    }

    /// What the tool writes when it is asked for a script is what is installed.
    @Test(arguments: [["--generate-completion-script", "fish"], ["--generate-completion-script=fish"]])
    func theToolWritesTheScriptThatIsInstalled(words: [String]) throws {
        let script = String(
            decoding: try TemporaryFolder.read(Repository.root + "/completions/caracalctl.fish"),
            as: UTF8.self
        )
        expect(try CommandRunner(environment: [:]).run(words), status: 0, stdout: script)
    }

    /// zsh reads it from a folder in fpath, and from standard input behind compinit.
    @Test(arguments: [true, false])
    func zshCompletesAtATerminal(isInstalled: Bool) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("_caracalctl", try CompletingShell.zsh.patientScript())
        let zsh = try CompletingShell.zsh.startAtTerminal()
        let setup =
            isInstalled
            ? "fpath=(\(folder.path) $fpath); autoload -Uz compinit; compinit -u -D"
            : "autoload -Uz compinit; compinit -u -D; source \(file)"
        try zsh.type("\(setup); PS1='set''up> '\n", until: "setup> ")
        try zsh.type("caracalctl xl\t", until: "caracalctl xlen ")
        try zsh.type("sess\t", until: "sessions.revoke ")
        try zsh.type("--outp\t", until: "--output ")
        try zsh.type("prom\t", until: "prometheus ")
        zsh.type("\u{15}exit\n")
        let result = try zsh.finish()
        #expect(!result.stdout.contains("error"))
    }
}
