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
