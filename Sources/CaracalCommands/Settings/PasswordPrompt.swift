import Glibc
import Redis

/// Asks for a password at the terminal, whatever standard input is.
enum PasswordPrompt {
    /// Asks once, without echo; nil when there is no terminal or nothing was typed. A signal that ends the process during it finds
    /// the terminal as it was.
    static func ask() -> Secret? {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else { return nil }
        defer { close(terminal) }
        Interruption.catchSignals()
        Interruption.catchHangups()
        let line = unseenLine(terminal)
        if let signal = Interruption.signal {
            Glibc.signal(signal, SIG_DFL)
            raise(signal)
        }
        return line.isEmpty ? nil : Secret(line)
    }

    /// What is typed up to the end of the line or a signal; the terminal is put back.
    private static func unseenLine(_ terminal: Int32) -> [UInt8] {
        var settings = termios()
        guard tcgetattr(terminal, &settings) == 0 else { return [] }
        var silent = settings
        silent.c_lflag &= ~tcflag_t(ECHO)
        silent.c_lflag |= tcflag_t(ECHONL)
        tcsetattr(terminal, TCSAFLUSH, &silent)
        defer { tcsetattr(terminal, TCSAFLUSH, &settings) }

        write(terminal, "Redis password: ", 16)
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while hasInput(terminal), read(terminal, &byte, 1) == 1, byte != UInt8(ascii: "\n"), line.count < 65_536 {
            line.append(byte)
        }
        return line
    }

    /// Waits for a key, however long it takes; false once a signal has come. Reading alone would miss one that comes just
    /// before it.
    private static func hasInput(_ terminal: Int32) -> Bool {
        (try? Poll.wait(for: terminal, events: Int16(POLLIN), until: .distant)) != nil
    }
}
