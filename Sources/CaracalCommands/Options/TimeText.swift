import Rendering
import Text

/// What every option that takes a time has in common.
enum TimeText {
    /// The zone of times that are typed without an offset.
    @TaskLocal static var zone = TypedZone { standard.offset(at: $0) }

    private static let standard: ClockZone =
        (try? SettingsSource.process.flag(false, "--local", "CARACALCTL_LOCAL"))?.value == true ? .local : .utc

    /// The forms of a time, for messages.
    static let forms: TerminalText =
        "a time (2h, 14:00, yesterday, 2026-11-28, \"2026-11-28 14:00\" or RFC 3339)"

    /// Why a text could be two different times, in words that follow the name of its option; nil for one that could not.
    static func ambiguity(in text: String) -> TerminalText? {
        if text.utf8.count == 10, let seconds = Parse.number(text) {
            return
                "\(text) looks like seconds: an id has milliseconds (\(seconds * 1000)), a time is written 14:00 or 2026-11-28"
        }
        let parts = text.split(omittingEmptySubsequences: false) { "/.".contains($0) }
        let numbers = parts.compactMap { Parse.number(String($0)) }
        guard parts.count == 3, numbers.count == 3, numbers[2] >= 1000, numbers.allSatisfy({ $0 < 10_000 }) else {
            return nil
        }
        let readings = [date(numbers[2], numbers[0], numbers[1]), date(numbers[2], numbers[1], numbers[0])]
            .compactMap { $0 }
        switch (readings.first, readings.last) {
        case (let first?, let last?) where first != last:
            return "\(text) has two readings: write \(first) or \(last)"
        case (let first?, _): return "\(text) is not how a day is written here: write \(first)"
        default: return nil
        }
    }

    private static func date(_ year: Int, _ month: Int, _ day: Int) -> String? {
        let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        let text = "\(year)-\(two(month))-\(two(day))"
        return Parse.typedTime(text, now: 0, zone: { _ in 0 }).map { _ in text }
    }
}

/// What tells a zone's offset. It is not the function itself: an optimised build of Swift 6.3 crashes where a function is the
/// value of a task.
struct TypedZone: Sendable {
    /// Milliseconds east of UTC at a moment in Unix milliseconds.
    let offset: @Sendable (Int) -> Int
}
