import Glibc
import Redis

/// The question before something that cannot be undone: asked on a terminal, answered by `--yes` off one.
struct Confirmation {
    /// Whether the command line has answered it.
    let isGiven: Bool

    /// Refuses at once where nobody could be asked later: to be called before anything is sent.
    func requireSomebodyToAsk() throws(Failure) {
        guard !isGiven, isatty(STDIN_FILENO) != 1 || isatty(STDERR_FILENO) != 1 else { return }
        throw Failure(
            .usage,
            "this needs --yes where nobody can be asked (--dry-run shows what it would do); nothing was sent"
        )
    }

    /// Asks; any other answer than yes ends the command. `question` must be fit for a terminal.
    func ask(_ question: String) throws(Failure) {
        guard !isGiven else { return }
        let prompt = Array("\(question) [y/N] ".utf8)
        _ = write(STDERR_FILENO, prompt, prompt.count)
        let answer = readAnswer().lowercased()
        if let signal = Interruption.signal {
            throw Failure(ExitStatus(signal: signal), "interrupted: nothing was changed")
        }
        guard ["y", "yes"].contains(answer) else { throw Failure(.finding, "not confirmed: nothing was changed") }
    }

    /// What is typed up to the end of the line; nothing at the end of the input.
    private func readAnswer() -> String {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(STDIN_FILENO, &byte, 1) == 1, byte != UInt8(ascii: "\n"), line.count < 16 { line.append(byte) }
        return String(decoding: line.filter { $0 > 0x20 }, as: UTF8.self)
    }
}
