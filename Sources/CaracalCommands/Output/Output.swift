import Glibc
import Redis
import Rendering
import Text

/// Standard output and standard error: results on the one, everything else on the other.
///
/// What a person reads is a `TerminalText` or a `ScreenText`, so that nothing reaches a terminal unescaped. Bytes are for
/// programs, and are written under a name that says it.
struct Output {
    /// The reader of standard output has gone: a quiet end.
    struct Closed: Error {}

    /// What standard output can show.
    let look: TerminalLook

    /// Looks at standard output.
    ///
    /// - Parameter settings: what was said of the output; nil for the standard.
    init(_ source: SettingsSource = .process, _ settings: OutputSettings? = nil) {
        look = Self.look(of: STDOUT_FILENO, source, settings)
    }

    /// What standard error can show.
    static func errorLook(_ source: SettingsSource, _ settings: OutputSettings? = nil) -> TerminalLook {
        look(of: STDERR_FILENO, source, settings)
    }

    private static func look(
        of descriptor: Int32,
        _ source: SettingsSource,
        _ settings: OutputSettings?
    ) -> TerminalLook {
        let isTerminal = isatty(descriptor) == 1
        let usesColour =
            switch settings?.colour.value ?? .auto {
            case .always: true
            case .never: false
            case .auto: wantsColour(onTerminal: isTerminal, source)
            }
        var look = TerminalLook(usesColour: usesColour, width: isTerminal ? width(descriptor) : nil)
        look.zone = settings?.isLocal.value == true ? .local : .utc
        look.choices = settings?.choices ?? .standard
        look.choices.showsAll = settings?.format.value == .wide
        return look
    }

    /// Colour on a terminal only, unless CLICOLOR_FORCE is set; never where NO_COLOR is set or TERM is `dumb`.
    private static func wantsColour(onTerminal isTerminal: Bool, _ source: SettingsSource) -> Bool {
        let isForced = source.variable("CLICOLOR_FORCE").map { $0.value != "0" } ?? false
        guard source.variable("NO_COLOR") == nil else { return false }
        return isForced || isTerminal && source.environment("TERM") != "dumb"
    }

    /// Writes results for a person. Throws `Closed` when nobody reads them any more.
    func write(_ text: ScreenText) throws {
        try write(asTheyAre: text.bytes)
    }

    /// Writes what a program reads, which has escapes of its own, or what is to be had byte for byte: JSON, CSV, metrics,
    /// scripts.
    func write(asTheyAre bytes: [UInt8]) throws {
        try Self.write(bytes, to: STDOUT_FILENO)
    }

    /// Whether standard output was closed when the process began: nothing can be written to it.
    static var isMissing: Bool { fcntl(STDOUT_FILENO, F_GETFL) & O_ACCMODE == O_RDONLY }

    /// Throws `Closed` when nobody reads results any more: for those who wait long for something to write.
    func checkReader() throws(Closed) {
        var state = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        guard poll(&state, 1, 0) > 0 else { return }
        throw Closed()
    }

    /// Writes a line to standard error; if that is gone, there is nobody left to tell. On a terminal a sentence is folded at its
    /// width, and at spaces.
    static func note(_ line: TerminalText) {
        let isSentence = line.text.hasPrefix("caracalctl: ")
        let width = isSentence && isatty(STDERR_FILENO) == 1 ? width(STDERR_FILENO) : nil
        page(TerminalLook(usesColour: false, width: width).folded(line) + "\n")
    }

    /// Writes a question to standard error, folded as a sentence is; what is typed follows on the same line.
    static func prompt(_ question: TerminalText) {
        let words = TerminalText(keeping: question.text.split(separator: " ").joined(separator: " "))
        // The blank behind it, and what is typed, need room too.
        let width = isatty(STDERR_FILENO) == 1 ? width(STDERR_FILENO).map { max(1, $0 - 2) } : nil
        page(TerminalLook(usesColour: false, width: width).folded(words) + " ")
    }

    /// Writes lines that are laid out already to standard error.
    static func page(_ text: ScreenText) {
        try? write(text.bytes, to: STDERR_FILENO)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EPIPE {
                throw Closed()
            } else if errno == EAGAIN {
                try Poll.wait(for: descriptor, events: Int16(POLLOUT), until: .after(.seconds(3600)))
            } else if errno == EINTR {
                // A reader that stands still must not keep a command from saying what became of its writes.
                if Interruption.isInsistent { throw Closed() }
            } else {
                throw CommandError(.outputFailed, "cannot write the output: \(SystemError.last)")
            }
        }
    }

    private static func width(_ descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}

/// Whether what a command shows reaches standard output. Where something was changed it may not, and what became of it is
/// said all the same.
final class Delivery {
    /// Why some of it did not; nil while all did. A reader that has gone counts too.
    private(set) var failure: (any Error)?

    /// Whether all that was to be shown was shown.
    var isWhole: Bool { failure == nil }

    /// Notes what went wrong first.
    func fail(_ error: any Error) {
        failure = failure ?? error
    }
}
