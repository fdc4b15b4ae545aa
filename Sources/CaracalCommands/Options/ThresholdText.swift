import ArgumentParser
import Caracal
import Rendering

/// Reads the text of an option that sets a warning and a critical limit: `W,C`, `C`, `W,` or `off`.
struct ThresholdText {
    /// The option's name.
    let option: String
    /// What the option takes, for the message.
    let example: String
    /// Reads one limit; nil for what is none.
    let read: (String) -> UInt64?

    /// Limits that are numbers.
    static func count(_ option: String) -> ThresholdText {
        ThresholdText(option: option, example: "1000,5000") { try? OptionText.number($0, option) }
    }

    /// Limits that are durations, in milliseconds.
    static func duration(_ option: String) -> ThresholdText {
        ThresholdText(option: option, example: "5m,30m") { Parse.duration($0).map { UInt64($0) } }
    }

    /// Limits that are percentages up to 100%, in millionths of the whole.
    static func share(_ option: String) -> ThresholdText {
        ThresholdText(option: option, example: "80%,90%") { text in
            Parse.percentage(text).flatMap { $0 <= 100 ? UInt64(($0 * 10_000).rounded()) : nil }
        }
    }

    /// The limits; `standard` where the option was not given.
    func threshold(_ text: String?, standard: Threshold) throws -> Threshold {
        guard let text else { return standard }
        if text == "off" { return .off }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, parts.contains(where: { !$0.isEmpty }) else { throw malformed }
        let limits = try parts.map { part in
            if part.isEmpty { return UInt64?.none }
            guard let limit = read(part) else { throw malformed }
            return limit
        }
        guard limits.count == 2 else { return Threshold(warning: nil, critical: limits[0]) }
        if let warning = limits[0], let critical = limits[1], warning > critical {
            throw ValidationError("\(option): the warning limit lies above the critical one: there would be no warning")
        }
        return Threshold(warning: limits[0], critical: limits[1])
    }

    private var malformed: ValidationError {
        ValidationError("\(option) is WARNING,CRITICAL, such as \(example); one value is CRITICAL, and off is neither")
    }
}
