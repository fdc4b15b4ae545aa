import CSystem
import Glibc
import Redis
import Rendering
import Text

/// The whole of a terminal, taken over: its other screen, no cursor, keys as they are pressed. It is put back as it was
/// when this is let go of, on suspension, and by the C part on a crash or a second signal.
final class LiveScreen {
    /// Not a string: a signal handler needs it whole and at a fixed place.
    private static let leave: StaticString = "\u{1B}[0m\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"
    private static let enter: ScreenText = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J"

    private let descriptor: Int32
    private let output: Output
    private var shown: [ScreenText] = []
    private var shownSize: ScreenSize?

    /// Takes over the terminal that standard output is.
    init(_ output: Output) throws(CommandError) {
        descriptor = STDOUT_FILENO
        self.output = output
        try takeOver()
    }

    deinit { csystem_release_terminal() }

    /// The size now.
    var size: ScreenSize { ScreenSize.of(descriptor) }

    /// Shows lines that fit, in one write, and of them only those that changed.
    func show(_ lines: [ScreenText], _ size: ScreenSize) throws {
        var text: ScreenText = ""
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
        if !text.isEmpty { try output.write(text) }
    }

    /// Puts the terminal back and stops this process, as Ctrl-Z does; goes on where it was when the process is continued.
    func suspend() throws(CommandError) {
        csystem_release_terminal()
        kill(getpid(), SIGSTOP)
        try takeOver()
    }

    private func takeOver() throws(CommandError) {
        var settings = termios()
        guard tcgetattr(descriptor, &settings) == 0 else {
            throw CommandError(.internalError, "cannot use the terminal: \(SystemError.last)")
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
            throw CommandError(.internalError, "cannot use the terminal: \(SystemError.last)")
        }
        shown = []
        shownSize = nil
        do { try output.write(Self.enter) } catch {
            throw CommandError(.outputFailed, "cannot write to the terminal")
        }
    }
}

/// What happens at a terminal while a program waits.
struct ScreenEvents {
    /// One thing that happened.
    enum Event: Equatable {
        case keys([Key])
        case resized
        case suspended
        /// The terminal is gone.
        case closed
        /// A signal asked to stop.
        case stopped(Int32)
        /// Nothing, until the deadline.
        case nothing
    }

    private let signals: Int32

    /// From now on the signals of a terminal are events.
    init() {
        Interruption.catchSignals()
        Interruption.catchHangups()
        signals = csystem_catch_terminal_signals()
    }

    /// Waits for the next event.
    func next(until deadline: Deadline) -> Event {
        while true {
            if let signal = Interruption.signal { return .stopped(signal) }
            var watched = [STDIN_FILENO, signals, csystem_interrupt_descriptor()].map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            let ready = poll(&watched, nfds_t(watched.count), deadline.pollMilliseconds)
            if let signal = Interruption.signal { return .stopped(signal) }
            if ready == 0 { return .nothing }
            if ready < 0 { continue }
            if watched[1].revents != 0, let event = signalled() { return event }
            if watched[0].revents != 0 { return typed() }
        }
    }

    private func signalled() -> Event? {
        let numbers = Self.read(signals).map { Int32($0) }
        if numbers.contains(SIGTSTP) { return .suspended }
        return numbers.contains(SIGWINCH) ? .resized : nil
    }

    private func typed() -> Event {
        let bytes = Self.read(STDIN_FILENO)
        return bytes.isEmpty ? .closed : .keys(KeyReader.keys(in: bytes))
    }

    private static func read(_ descriptor: Int32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }
}

/// How much a terminal shows.
struct ScreenSize: Equatable {
    /// How many lines.
    let rows: Int
    /// How many columns.
    let columns: Int

    /// The size of a terminal now; 24 lines of 80 columns where it does not tell.
    static func of(_ descriptor: Int32) -> ScreenSize {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else {
            return ScreenSize(rows: 24, columns: 80)
        }
        return ScreenSize(rows: Int(size.ws_row), columns: Int(size.ws_col))
    }
}
