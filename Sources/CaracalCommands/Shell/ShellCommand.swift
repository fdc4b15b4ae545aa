import ArgumentParser
import Glibc
import Redis
import Rendering
import Text

/// `caracalctl shell`
struct ShellCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "shell",
        _superCommandName: Caracalctl.name,
        abstract: "Work on one connection, with completion and history. [reads; commands that write say so]",
        discussion: """
            Runs the same commands, without caracalctl before them, on one connection. Tab completes commands, options, streams, \
            groups, consumers and ids. A command with connection options, such as --db or --host, runs on a connection of its \
            own. Ctrl-C stops the running command or clears the line; Ctrl-D exits. History is kept \
            in ~/.local/state/caracalctl/history ($XDG_STATE_HOME), except lines that may hold a secret and lines that \
            begin with a space.

            Without a terminal it runs the lines of standard input and ends at the first one that fails, with its status. \
            Lines that begin with # are comments.

              caracalctl shell
              caracalctl shell --context prod --read-only
              printf 'provision --check\\nxlen --max-fill 90%%\\n' | \\
                  caracalctl shell --keep-going
            """
    )

    @Flag(help: "Without a terminal: continue after a line that fails; the status is that of the first failure.")
    var keepGoing = false

    func run(in session: Session) throws -> ExitStatus {
        session.sayWarnings()
        Interruption.catchSignals()
        let shell = Shell(session.keepingConnection())
        guard isatty(STDIN_FILENO) == 1 else {
            return try end(with: try BatchShell(shell: shell, keepsGoing: keepGoing).run())
        }
        // Ended by a hangup, it would leave the terminal without echo.
        Interruption.catchHangups()
        Interruption.outliveCtrlC()
        _ = try shell.session.open()
        return try end(with: InteractiveShell(shell).run())
    }

    private func end(with status: Int32) throws -> ExitStatus {
        throw ExitCode(status)
    }
}

/// Runs commands one after the other on one connection, in the settings that the shell was started with.
struct Shell {
    /// The settings, and the connection that is kept.
    let session: Session

    /// - Parameter session: one that keeps its connection.
    init(_ session: Session) {
        self.session = session
    }

    /// Runs a line; nil when there is nothing on it.
    func run(_ line: String) -> Int32? {
        guard let first = line.first(where: { $0 != " " && $0 != "\t" }), first != "#" else { return nil }
        do throws(CommandLineSplitter.SyntaxError) {
            return run(try CommandLineSplitter.words(of: line))
        } catch {
            let reason = error == .nothingEscaped ? "a backslash stands at the end" : "a quote is not closed"
            Output.note("caracalctl: \(reason): nothing was run")
            return ExitStatus.usage.rawValue
        }
    }

    private func run(_ line: [CommandLineSplitter.Word]) -> Int32 {
        let words = ShellWords.typed(line)
        if words == ["help"] { return ShellHelp.show() }
        if let advice = StrangeLine.advice(on: line) {
            ErrorFormat(CommandLineWords(words), standard: session.output.format.value)
                .report(CommandError(.usage, advice), isInShell: true)
            return ExitStatus.usage.rawValue
        }
        let status = Invocation(arguments: words, standard: session.output.format.value, isInShell: true).status {
            command,
            options in
            do {
                try run(&command, options)
            } catch {
                // A connection of its own is gone with the command, and is none of the shell's.
                if options.connection.givenOptions.isEmpty { forgetConnection(after: error) }
                throw error
            }
        }
        guard let signal = Interruption.forget() else { return status }
        // Replies may be on their way to a command that nobody waits for any more.
        session.kept?.drop(isLost: false)
        return ExitStatus(signal: signal).rawValue
    }

    private func run(_ command: inout any ParsableCommand, _ options: CommonOptions) throws {
        if command is ShellCommand { throw CommandError(.usage, "this is a shell already (exit leaves it)") }
        if let local = command as? any LocalCommand {
            return try local.run(try OutputSettings.resolve(options.output, session.source).within(session.output))
        }
        guard let bus = command as? any BusCommand else { return try command.run() }
        try bus.run(options.output) { try Session(within: session, options, effect: type(of: bus).effect) }
    }

    /// A conversation that broke off may have left something on the connection. A refusal is a whole answer, and what was
    /// stopped is no loss.
    private func forgetConnection(after error: any Error) {
        guard let error = error as? RedisError, error.refusal == nil else { return }
        session.kept?.drop(isLost: Interruption.signal == nil)
    }
}
