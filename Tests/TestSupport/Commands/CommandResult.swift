import RedisSandbox

/// What a command wrote, and how it ended.
package struct CommandResult: Sendable, Equatable {
    /// Its standard output; under a terminal everything it wrote.
    package let stdoutBytes: [UInt8]
    /// Its standard error; empty under a terminal.
    package let stderrBytes: [UInt8]
    /// How it ended.
    package let termination: Termination

    /// Its standard output as text.
    package var stdout: String {
        String(decoding: stdoutBytes, as: UTF8.self)
    }

    /// Its standard error as text.
    package var stderr: String {
        String(decoding: stderrBytes, as: UTF8.self)
    }

    /// Its exit status, or 128 and the signal that ended it.
    package var status: Int32 {
        termination.shellStatus
    }

    /// The same, with other words on standard error in the place of what depends on the machine.
    package func replacing(_ pattern: some RegexComponent, with words: String) -> CommandResult {
        let text = stderr.replacing(pattern, with: words)
        return CommandResult(stdoutBytes: stdoutBytes, stderrBytes: Array(text.utf8), termination: termination)
    }
}

/// A command that was still running at its deadline; it has been killed.
package struct CommandTimedOut: Error, Sendable, CustomStringConvertible {
    /// Its arguments.
    package let arguments: [String]
    /// What it had written by then.
    package let stdout: String
    /// What it had complained about by then.
    package let stderr: String

    /// The command, and what it had written.
    package var description: String {
        "`\(arguments.joined(separator: " "))` was still running; stdout: \(stdout.debugDescription), "
            + "stderr: \(stderr.debugDescription)"
    }
}
