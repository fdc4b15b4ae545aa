import Glibc
import Redis
import Rendering
import Text

/// One line on a terminal that says how far a long job has come, how fast it goes and how long it will take, and is gone when
/// the job is done. Nothing anywhere else.
final class Progress {
    private let isShown: Bool
    /// How many columns the line may take: one that is folded could not be taken back.
    private let width: Int
    private var nextTime: ContinuousClock.Instant
    private var isDirty = false
    /// What is being done, since when, and how much of it was done before.
    private var job: (name: [UInt8]?, start: ContinuousClock.Instant, before: UInt64)

    /// Shorter jobs show nothing.
    private static let firstDelay = Duration.milliseconds(300)
    private static let interval = Duration.milliseconds(100)

    /// A line on standard error, where that is a terminal that can take a line back.
    ///
    /// - Parameter hasLines: whether results come out while the job goes on: on a terminal they would be mixed up with the line.
    init(_ session: Session, besideLines hasLines: Bool = false) {
        let canErase = SettingsSource.process.environment("TERM") != "dumb"
        let isFree = !hasLines || isatty(STDOUT_FILENO) != 1
        isShown = isatty(STDERR_FILENO) == 1 && canErase && isFree && !session.output.isQuiet.value
        width = Output.errorLook(session.source).width ?? 80
        nextTime = .now + Self.firstDelay
        job = (nil, .now, 0)
    }

    /// Shows `done` of `total`, unless something was shown a moment ago.
    func show(_ name: some Collection<UInt8>, done: UInt64, of total: UInt64?) {
        guard isDue else { return }
        let speed = speed(of: name, done: done)
        let count = Format.grouped(UInt(clamping: done))
        guard let total, let share = Format.percentage(Int(clamping: min(done, total)), of: Int(clamping: total)) else {
            return put(name, count, speed, nil)
        }
        let left = speed.map { Double(total - min(done, total)) / $0 }
        put(name, "\(count) of \(Format.grouped(UInt(clamping: total))) (\(share))", speed, left)
    }

    /// Shows how many lines of a file are done; how many there are is not known, but how much of the file was read.
    func show(_ name: some Collection<UInt8>, done: UInt64, in file: InputFile) {
        guard isDue else { return }
        let speed = speed(of: name, done: done)
        let count = Format.grouped(UInt(clamping: done))
        guard let share = file.readShare, share > 0, share < 1 else { return put(name, count, speed, nil) }
        let elapsed = (ContinuousClock.now - job.start) / .seconds(1)
        put(name, "\(count) (\(Int(share * 100))%)", speed, elapsed * (1 - share) / share)
    }

    /// Shows how long something has been watched.
    func show(_ name: some Collection<UInt8>, elapsed: Duration, of total: Duration) {
        guard isDue else { return }
        let left = max(.zero, total - elapsed) / .seconds(1)
        put(name, "\(Format.age(milliseconds: elapsed.milliseconds)) of \(total.text)", nil, left)
    }

    /// Takes the line back. What is shown from then on is another job.
    func clear() {
        job = (nil, .now, 0)
        hide()
    }

    /// Takes the line back until it is shown again: something else is about to be written.
    func hide() {
        guard isDirty else { return }
        isDirty = false
        Self.put("\r\u{1B}[K")
    }

    deinit { clear() }

    private var isDue: Bool { isShown && .now >= nextTime }

    /// How many a second, of this job; nil while that cannot be told.
    private func speed(of name: some Collection<UInt8>, done: UInt64) -> Double? {
        if job.name == nil {
            job.name = Array(name)
        } else if job.name.map({ !name.elementsEqual($0) }) ?? false {
            job = (Array(name), .now, done)
        }
        let seconds = (ContinuousClock.now - job.start) / .seconds(1)
        guard seconds > 0, done > job.before else { return nil }
        return Double(done - job.before) / seconds
    }

    private func put(_ name: some Collection<UInt8>, _ state: String, _ speed: Double?, _ secondsLeft: Double?) {
        nextTime = .now + Self.interval
        isDirty = true
        let rate = speed.map { ", \(Format.rate($0))/s" } ?? ""
        let left = secondsLeft.map { ", \(Format.age(milliseconds: Int(saturating: $0) * 1000)) left" } ?? ""
        let end: TerminalText = ": \(state)\(rate)\(left)"
        // The name gives way: it is known.
        let room = max(1, width - 1 - end.width)
        let line = TerminalText(name).abbreviated(to: room) + end
        Self.put("\r\u{1B}[K\(line.truncated(to: max(1, width - 1)))")
    }

    /// As far as the terminal takes it: a line like this is not worth waiting for.
    private static func put(_ text: ScreenText) {
        _ = write(STDERR_FILENO, text.bytes, text.bytes.count)
    }
}
