import Glibc
import Redis
import Text

/// The question before something that cannot be undone: asked on a terminal, answered by `--yes` off one.
struct Confirmation {
    /// Whether the command line has answered it.
    let isGiven: Bool

    /// Refuses at once where nobody could be asked later: to be called before anything is sent.
    func requireSomebodyToAsk() throws(Failure) {
        guard !isGiven, !Self.canAsk else { return }
        throw Failure(
            .usage,
            "not a terminal: pass --yes to confirm (--dry-run shows what would be done); nothing was sent"
        )
    }

    /// Asks; any other answer than yes ends the command.
    func ask(_ question: TerminalText) throws(Failure) {
        guard !isGiven else { return }
        let answer = try Self.answer(to: "\(question) [y/N] ").lowercased()
        guard ["y", "yes"].contains(answer) else { throw Failure(.finding, "not confirmed: nothing was changed") }
    }

    /// Whether there is somebody at a terminal.
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// Waits for a key, or for a signal to stop.
    private static var isReadable: Bool {
        (try? Poll.wait(for: STDIN_FILENO, events: Int16(POLLIN), until: .distant)) != nil
    }

    /// What is typed up to the end of the line, without white space; nothing at the end of the input.
    static func answer(to question: TerminalText) throws(Failure) -> String {
        let prompt = Array(question.text.utf8)
        _ = write(STDERR_FILENO, prompt, prompt.count)
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while isReadable, read(STDIN_FILENO, &byte, 1) == 1, byte != UInt8(ascii: "\n"), line.count < 256 {
            line.append(byte)
        }
        if let signal = Interruption.signal {
            Output.note("")
            throw Failure(ExitStatus(signal: signal), "interrupted: nothing was changed")
        }
        return String(decoding: line.filter { $0 > 0x20 }, as: UTF8.self)
    }
}
