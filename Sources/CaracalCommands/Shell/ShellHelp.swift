import ArgumentParser
import Rendering

/// What `help` says in a shell.
enum ShellHelp {
    /// Shows the commands.
    static func show() -> Int32 {
        try? Output().write(Array(text.utf8))
        return ExitStatus.success.rawValue
    }

    /// The words that only a shell has.
    static let own = [
        ("help [COMMAND]", "Show this, or all about a command."), ("exit, quit", "Leave (Ctrl-D does too)."),
    ]

    private static var text: String {
        let commands = Caracalctl.configuration.subcommands
            .filter { $0 != ShellCommand.self }
            .map { ($0._commandName, $0.configuration.abstract) }
        return (commands + own).map { name, meaning in
            "  \(DisplayWidth.padded(name, to: 14)) \(meaning)\n"
        }.joined()
    }
}
