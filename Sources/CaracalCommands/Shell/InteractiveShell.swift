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
        look = Output.errorLook(source)
        let completer = Completer(shell.session)
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
