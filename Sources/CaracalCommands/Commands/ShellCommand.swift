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
            The same commands without caracalctl before them, on the connection that this command is given. Tab completes \
            commands, options, streams, groups, consumers and ids. Ctrl-C stops the command that runs, or clears the line; \
            Ctrl-D leaves. The lines are kept in ~/.local/state/caracalctl/history ($XDG_STATE_HOME), except those that may \
            hold a secret and those that begin with a space.

            Off a terminal, the lines of standard input are run, and the first one that fails ends it with its status. \
            What stands behind # at the beginning of a line is a comment.

              caracalctl shell
              caracalctl shell --context prod --read-only
              printf 'provision --check\\nxlen --max-fill 90%%\\n' | \\
                  caracalctl shell --keep-going
            """
    )

    @Flag(help: "Off a terminal: go on after a line that failed; the status is that of the first one.")
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
