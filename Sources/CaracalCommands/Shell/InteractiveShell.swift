import ArgumentParser
import Glibc
import Redis
import Rendering
import Text

/// A shell at a terminal.
final class InteractiveShell {
    private let shell: Shell
    private let editor: LineEditor
    private let look: TerminalLook
    private var history: History

    /// - Parameter shell: what runs the lines.
    init(_ shell: Shell) {
        self.shell = shell
        let source = shell.session.source
        history = History(source)
        look = Output.errorLook(source, shell.session.output)
        let completer = ShellCompleter(shell.session)
        let terminal = source.environment("TERM") ?? ""
        editor = LineEditor(canEdit: !["", "dumb"].contains(terminal), keeps: Int32(History.limit)) {
            completer.offer($0)
        }
        for line in history.load() { editor.remember(line) }
    }

    /// Reads and runs lines until it is left; returns the status to end with.
    func run() -> Int32 {
        greet()
        while true {
            switch editor.read(prompt.text(look)) {
            case .line(let line):
                if ["exit", "quit"].contains(line.filter { $0 != " " }) { return ExitStatus.success.rawValue }
                run(line)
            case .cancelled: break
            case .closed:
                Output.note("")
                return ExitStatus.success.rawValue
            case .stopped:
                Output.note("")
                return ExitStatus(signal: Interruption.signal ?? SIGTERM).rawValue
            }
            if let signal = Interruption.signal, signal != SIGINT { return ExitStatus(signal: signal).rawValue }
        }
    }

    private func run(_ line: String) {
        if history.add(line) { editor.remember(line) }
        _ = shell.run(line)
    }

    private func greet() {
        guard !shell.session.output.isQuiet.value else { return }
        let version = shell.session.kept?.server?.version?.description ?? "a server of unknown version"
        let keys = editor.canEdit ? ", Tab completes" : ""
        Output.note("Connected to \(address), \(version). help shows the commands\(keys).")
    }

    private var address: String { shell.session.settings.deployment.description }

    private var prompt: ShellPrompt {
        ShellPrompt(
            context: shell.session.source.context?.context,
            address: address,
            server: shell.session.kept?.server,
            isReadOnly: shell.session.output.isReadOnly.value
        )
    }
}

/// What stands before the line that is typed: `caracal [prod!] redis:6379 master> `.
///
/// `!` marks a protected context, so that nobody needs a colour to know.
struct ShellPrompt {
    /// The context, if one is gone by.
    let context: Context?
    /// The server's address.
    let address: String
    /// What the server is; nil while there is no connection.
    let server: ServerIdentity?
    /// Whether commands that write are refused.
    let isReadOnly: Bool

    /// - Parameter look: what the terminal can show; a narrow one gets fewer words.
    func text(_ look: TerminalLook) -> ScreenText {
        let mark = context.map { "[\($0.name)\($0.isProtected ? "!" : "")]" as TerminalText }
        let state = (server.map(\.standing) ?? "disconnected").map { TerminalText($0) }
        let limits: TerminalText? = isReadOnly ? "read-only" : nil
        let all = ["caracal", mark, TerminalText(address), state, limits].compactMap { $0 }
        let few = [mark ?? "caracal", state == "master" ? nil : state].compactMap { $0 }
        let words = all.joined(separator: " ")
        // Half of the line is for what is typed.
        let isNarrow = look.width.map { words.width > $0 / 2 } ?? false
        return coloured(isNarrow ? few.joined(separator: " ") : words, look) + "> "
    }

    private func coloured(_ text: TerminalText, _ look: TerminalLook) -> ScreenText {
        let colour = context?.colour ?? (context?.isProtected == true ? .red : nil)
        guard look.usesColour, let colour else { return ScreenText(text) }
        return colour.applied(to: text)
    }
}

/// What `help` says in a shell.
enum ShellHelp {
    /// Shows the commands.
    static func show() -> Int32 {
        try? Output().write(text)
        return ExitStatus.success.rawValue
    }

    /// The words that only a shell has.
    static let own = [
        ("help [COMMAND]", "Show this, or all about a command."), ("exit, quit", "Leave (Ctrl-D does too)."),
    ]

    private static var text: ScreenText {
        let commands = Caracalctl.configuration.subcommands
            .filter { $0 != ShellCommand.self }
            .map { ($0._commandName, $0.configuration.abstract) }
        return (commands + own).map { name, meaning -> ScreenText in
            "  \(DisplayWidth.padded(name, to: 14)) \(meaning)\n"
        }.joined()
    }
}
