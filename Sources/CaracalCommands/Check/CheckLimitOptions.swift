import ArgumentParser
import Caracal
import Rendering

/// The thresholds of what is judged: by `check`, and by the alert rules that the exporter prints.
struct CheckLimitOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Lag: entries not yet delivered to a group (default: 1000,5000).", valueName: "w,c"))
    var lag: String?

    @Option(
        help: ArgumentHelp("Pending entries: delivered, not acknowledged (default: 1000,5000).", valueName: "w,c")
    )
    var pending: String?

    @Option(
        help: ArgumentHelp(
            "Idle time of the oldest pending entry, and of readers while entries wait (default: 5m,30m).",
            valueName: "w,c"
        )
    )
    var oldest: String?

    @Option(help: ArgumentHelp("Entries in one dead letter stream (default: 0,100).", valueName: "w,c"))
    var dlq: String?

    @Option(help: ArgumentHelp("Share of maxmemory in use (default: 80%,90%).", valueName: "w,c"))
    var memory: String?

    @Option(
        help: ArgumentHelp("Dead rows of one outbox, where DATABASE_URL is set (default: 0).", valueName: "w,c")
    )
    var outboxDead: String?

    @Option(
        help: ArgumentHelp("Wait of the oldest row of one outbox (default: 5m,30m).", valueName: "w,c")
    )
    var outboxOldest: String?

    func validate() throws {
        _ = try limits()
    }

    /// What they come to, with the defaults where none was given.
    func limits() throws -> CheckLimits {
        let standard = CheckLimits()
        return CheckLimits(
            lag: try ThresholdText.count("--lag").threshold(lag, standard: standard.lag),
            pending: try ThresholdText.count("--pending").threshold(pending, standard: standard.pending),
            oldest: try ThresholdText.duration("--oldest").threshold(oldest, standard: standard.oldest),
            deadLetters: try ThresholdText.count("--dlq").threshold(dlq, standard: standard.deadLetters),
            memory: try ThresholdText.share("--memory").threshold(memory, standard: standard.memory),
            outboxDead: try ThresholdText.count("--outbox-dead").threshold(outboxDead, standard: standard.outboxDead),
            outboxOldest: try ThresholdText.duration("--outbox-oldest")
                .threshold(outboxOldest, standard: standard.outboxOldest)
        )
    }
}

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
