import Glibc
import Redis
import Rendering
import Text

/// One line on a terminal that says how far a long job has come, and is gone when the job is done. Nothing anywhere else.
final class Progress {
    private let isShown: Bool
    private var nextTime: ContinuousClock.Instant
    private var isDirty = false

    /// Shorter jobs show nothing.
    private static let firstDelay = Duration.milliseconds(300)
    private static let interval = Duration.milliseconds(100)

    /// A line on standard error, where that is a terminal that can take a line back.
    init(_ session: Session) {
        let canErase = SettingsSource.process.environment("TERM") != "dumb"
        isShown = isatty(STDERR_FILENO) == 1 && canErase && !session.output.isQuiet.value
        nextTime = .now + Self.firstDelay
    }

    /// Shows `done` of `total`, unless something was shown a moment ago.
    func show(_ name: some Collection<UInt8>, done: UInt64, of total: UInt64?) {
        guard isShown, .now >= nextTime else { return }
        nextTime = .now + Self.interval
        isDirty = true
        let count = Format.grouped(Int(clamping: done))
        let share = total.flatMap { total in
            Format.percentage(Int(clamping: min(done, total)), of: Int(clamping: total))
                .map { " of \(Format.grouped(Int(clamping: total))) (\($0))" }
        }
        Self.put("\r\u{1B}[K\(TerminalText(name)): \(count)\(share ?? "")")
    }

    /// Takes the line back.
    func clear() {
        guard isDirty else { return }
        isDirty = false
        Self.put("\r\u{1B}[K")
    }

    deinit { clear() }

    /// As far as the terminal takes it: a line like this is not worth waiting for.
    private static func put(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}

/// Lines of left-aligned columns of known widths, as bytes: for tables too long to be held. What is wider than its column
/// moves the rest of its line.
struct PaddedLine {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true
    private var blanks = 0

    /// Makes room.
    mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(count)
    }

    /// Adds a cell of printable text.
    mutating func append(_ text: String, width: Int) {
        open()
        bytes.append(contentsOf: text.utf8)
        blanks = max(0, width - DisplayWidth.of(text))
    }

    /// Adds an id.
    mutating func append(_ id: EntryID, width: Int) {
        open()
        let start = bytes.count
        append(id.milliseconds)
        bytes.append(UInt8(ascii: "-"))
        append(id.sequence)
        blanks = max(0, width - (bytes.count - start))
    }

    /// Ends the line, without trailing blanks.
    mutating func end() {
        bytes.append(UInt8(ascii: "\n"))
        blanks = 0
        isFirst = true
    }

    private mutating func open() {
        for _ in 0..<(isFirst ? 0 : blanks + 2) { bytes.append(UInt8(ascii: " ")) }
        isFirst = false
    }

    private mutating func append(_ number: UInt64) {
        let start = bytes.count
        var rest = number
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }
}
