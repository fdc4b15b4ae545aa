import Glibc
import Redis
import Text

/// What a command that writes needs before anything is sent.
struct WriteGuard {
    private let session: Session

    init(_ session: Session) {
        self.session = session
    }

    /// Refuses where writing is forbidden; asks for the context's name where that is protected.
    func obtain(for command: String) throws(CommandError) {
        if session.output.isReadOnly.value {
            throw CommandError(
                .configuration,
                "\(command) writes, and \(session.output.isReadOnly.origin) forbids that: nothing was sent"
            )
        }
        guard let context = session.source.context?.context, context.isProtected else { return }
        if let confirmed = session.output.confirmed { return try compare(confirmed, with: context) }
        guard Confirmation.canAsk else {
            throw CommandError(
                .usage,
                "context \(context.name) is protected and this is not a terminal: pass --confirm \(context.name); "
                    + "nothing was sent"
            )
        }
        let question: TerminalText = "\(context.name) is protected. Type its name to continue: "
        guard try Confirmation.answer(to: question) == context.name else {
            throw CommandError(.finding, "not confirmed: nothing was changed")
        }
    }

    private func compare(_ confirmed: Setting<String>, with context: Context) throws(CommandError) {
        guard confirmed.value == context.name else {
            throw CommandError(
                .configuration,
                "\(confirmed.origin) does not name the context that is written to, \(context.name): nothing was sent"
            )
        }
    }
}

/// The question before something that cannot be undone: asked on a terminal, answered by `--yes` off one.
struct Confirmation {
    /// Whether the command line has answered it.
    let isGiven: Bool

    /// Refuses at once where nobody could be asked later: to be called before anything is sent.
    func requireSomebodyToAsk() throws(CommandError) {
        guard !isGiven, !Self.canAsk else { return }
        throw CommandError(
            .usage,
            "not a terminal: pass --yes to confirm (--dry-run shows what would be done); nothing was sent"
        )
    }

    /// Asks; any other answer than yes ends the command.
    func ask(_ question: TerminalText) throws(CommandError) {
        guard !isGiven else { return }
        let answer = try Self.answer(to: "\(question) [y/N] ").lowercased()
        guard ["y", "yes"].contains(answer) else { throw CommandError(.finding, "not confirmed: nothing was changed") }
    }

    /// Whether there is somebody at a terminal.
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// Waits for a key, or for a signal to stop.
    private static var isReadable: Bool {
        (try? Poll.wait(for: STDIN_FILENO, events: Int16(POLLIN), until: .distant)) != nil
    }

    /// What is typed up to the end of the line, without white space; nothing at the end of the input.
    static func answer(to question: TerminalText) throws(CommandError) -> String {
        Output.prompt(question)
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while isReadable, read(STDIN_FILENO, &byte, 1) == 1, byte != UInt8(ascii: "\n"), line.count < 256 {
            line.append(byte)
        }
        if let signal = Interruption.signal {
            Output.note("")
            throw CommandError.interrupted(by: signal, "nothing was changed")
        }
        return String(decoding: line.filter { $0 > 0x20 }, as: UTF8.self)
    }
}
