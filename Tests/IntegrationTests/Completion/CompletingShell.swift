import TestSupport
import Testing

/// A shell that has read the completion script of the tool under test.
enum CompletingShell: String, CaseIterable {
    case bash, zsh, fish

    /// The options with which it starts as nobody's.
    private var options: [String] {
        switch self {
        case .bash: ["--norc", "--noprofile"]
        case .zsh: ["-f"]
        case .fish: ["--no-config"]
        }
    }

    /// How it checks the syntax of a script.
    var checkingOptions: [String] { options + [self == .fish ? "--no-execute" : "-n"] }

    /// The script that the tool writes for it.
    func script() throws -> String {
        try CommandRunner().run(["--generate-completion-script", rawValue]).stdout
    }

    /// Runs it, with the tool under test as `caracalctl`.
    func run(_ arguments: [String], environment: [String: String] = [:]) throws -> CommandResult {
        try runner(environment).run([rawValue] + arguments)
    }

    /// Starts it at a terminal, with the script read and a function in the tool's place that shows its arguments.
    func startAtTerminal(_ environment: [String: String] = [:]) throws -> RunningCommand {
        // Its own prompt would end otherwise for root.
        let prompt = self == .fish ? ["-C", "function fish_prompt; printf 'ready> '; end"] : []
        let words = [rawValue] + options + prompt + ["-i"]
        let shell = try runner(environment).startInTerminal(words, columns: 400, rows: 50)
        try shell.waitForOutput("ready> ")
        return shell
    }

    /// The script, and a function in the tool's place that shows its arguments.
    func echoingScript() throws -> String {
        let function =
            switch self {
            case .bash, .zsh: "caracalctl() { printf '<%s>' \"$@\"; echo; }"
            case .fish: "function caracalctl; printf '<%s>' $argv; echo; end"
            }
        let setup = self == .zsh ? "autoload -Uz compinit; compinit -u -D\n" : ""
        return setup + (try patientScript()) + "\n" + function + "\n"
    }

    private func runner(_ environment: [String: String]) -> CommandRunner {
        let folder = CommandRunner.caracalctl.dropLast("/caracalctl".count)
        let path = "\(folder):/usr/local/bin:/usr/bin:/bin"
        return CommandRunner(
            "/usr/bin/env",
            environment: ["TERM": "dumb", "PATH": path, "PS1": "ready> "].merging(environment) { $1 }
        )
    }

    /// What it offers for the last word of a line; files are what the shell itself knows.
    func offers(_ line: String, environment: [String: String] = [:]) throws -> [String] {
        let result = try run(options + ["-c", try program(line)], environment: environment)
        #expect(result.status == 0)
        #expect(result.stderr == "")
        let words = result.stdout.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
        // bash is given what it has to put into the line.
        return self == .bash ? words.map { $0.replacing("\\", with: "") } : words
    }

    /// Reads the script, completes the line, and prints what came of it. A slow machine is given more time than the script
    /// gives.
    private func program(_ line: String) throws -> String {
        let script = try patientScript()
        let quoted = "'" + line.replacing("'", with: "'\\''") + "'"
        switch self {
        case .bash:
            return """
                compopt() { options+=" $*"; }
                \(script)
                COMP_LINE=\(quoted); COMP_POINT=${#COMP_LINE}
                IFS=' ' read -ra COMP_WORDS <<<"$COMP_LINE"
                [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                _caracalctl "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
                case $options in
                    *default*|*dirnames*) echo FILES ;;
                    *) printf '%s\\n' "${COMPREPLY[@]}" ;;
                esac
                """
        case .zsh:
            return """
                compdef() { : }
                compset() { : }
                _files() { print FILES }
                _normal() { _caracalctl }
                _describe() { print -rl -- "${(@)entries}" | sed 's/\\\\:/\\x00/g; s/:.*//; s/\\x00/:/g; s/\\\\\\\\/\\\\/g' }
                \(script)
                line=\(quoted)
                words=("${(@z)line}")
                [[ $line == *' ' ]] && words+=('')
                CURRENT=$#words PREFIX=$words[-1]
                _caracalctl
                """
        case .fish:
            let fishQuoted = "'" + line.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
            return """
                \(script)
                function __caracalctl_files; echo FILES; end
                function __fish_complete_directories; echo FILES; end
                complete -C \(fishQuoted)
                """
        }
    }

    /// The script with another limit.
    func patientScript() throws -> String {
        let script = try script()
        #expect(script.contains(" 250ms "))
        return script.replacing(" 250ms ", with: " 1m ")
    }
}

/// Asks as a script does, with time enough for a slow machine.
func complete(
    _ words: String...,
    environment: [String: String] = [:],
    within limit: String = "1m"
) throws -> CommandResult {
    try CommandRunner(environment: environment).run(["__complete", "zsh", limit] + words)
}

extension CommandResult {
    /// The words that were offered.
    var offered: [String] {
        stdout.split(separator: "\n").dropFirst().map { String($0.prefix { $0 != "\t" }) }
    }
}
