import ArgumentParser
import Glibc
import Redis

/// `caracalctl shell`
struct ShellCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "shell",
        _superCommandName: Caracalctl.name,
        abstract: "Work on one connection, with completion and history. [reads; commands that write say so]",
        discussion: """
            Runs the same commands, without caracalctl before them, on one connection. Tab completes commands, options, streams, \
            groups, consumers and ids. Ctrl-C stops the running command or clears the line; Ctrl-D exits. History is kept \
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

    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

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
