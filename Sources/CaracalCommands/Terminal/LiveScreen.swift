import CSystem
import Glibc
import Redis
import Text

/// The whole of a terminal, taken over: its other screen, no cursor, keys as they are pressed. It is put back as it was
/// when this is let go of, on suspension, and by the C part on a crash or a second signal.
final class LiveScreen {
    /// Not a string: a signal handler needs it whole and at a fixed place.
    private static let leave: StaticString = "\u{1B}[0m\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"
    private static let enter = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J"

    private let descriptor: Int32
    private let output: Output
    private var shown: [String] = []
    private var shownSize: ScreenSize?

    /// Takes over the terminal that standard output is.
    init(_ output: Output) throws(Failure) {
        descriptor = STDOUT_FILENO
        self.output = output
        try takeOver()
    }

    deinit { csystem_release_terminal() }

    /// The size now.
    var size: ScreenSize { ScreenSize.of(descriptor) }

    /// Shows lines that fit, in one write, and of them only those that changed.
    func show(_ lines: [String], _ size: ScreenSize) throws {
        var text = ""
        if shownSize != size {
            text += "\u{1B}[2J"
            shown = []
            shownSize = size
        }
        for (row, line) in lines.enumerated() where row >= shown.count || shown[row] != line {
            // Erased first: behind a full line the cursor stands on its last column, which would be erased with the rest.
            text += "\u{1B}[\(row + 1);1H\u{1B}[2K\(line)\u{1B}[0m"
        }
        shown = lines
        if !text.isEmpty { try output.write(Array(text.utf8)) }
    }

    /// Puts the terminal back and stops this process, as Ctrl-Z does; goes on where it was when the process is continued.
    func suspend() throws(Failure) {
        csystem_release_terminal()
        kill(getpid(), SIGSTOP)
        try takeOver()
    }

    private func takeOver() throws(Failure) {
        var settings = termios()
        guard tcgetattr(descriptor, &settings) == 0 else {
            throw Failure(.internalError, "cannot use the terminal: \(SystemError.last)")
        }
        Self.leave.withUTF8Buffer { buffer in
            UnsafeRawPointer(buffer.baseAddress).map {
                csystem_hold_terminal(descriptor, &settings, $0.assumingMemoryBound(to: CChar.self))
            }
        }
        // Ctrl-C and Ctrl-Z stay signals: they must work while a server is waited for.
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
        settings.c_iflag &= ~tcflag_t(IXON | ICRNL)
        guard tcsetattr(descriptor, TCSADRAIN, &settings) == 0 else {
            throw Failure(.internalError, "cannot use the terminal: \(SystemError.last)")
        }
        shown = []
        shownSize = nil
        do { try output.write(Array(Self.enter.utf8)) } catch {
            throw Failure(.internalError, "cannot write to the terminal")
        }
    }
}
