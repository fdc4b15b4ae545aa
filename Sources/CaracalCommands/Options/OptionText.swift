import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// Reads the text of options whose types the parser does not know: every type of option costs it a tenth of a millisecond at
/// each start. An option that was not given is nil.
enum OptionText {
    /// A duration in milliseconds, such as `30s`.
    static func duration(_ text: String?, _ option: String) throws -> UInt64? {
        try read(text, "\(option) is a duration: \(Parse.durationExamples)") {
            Parse.duration($0).map { UInt64($0) }
        }
    }

    /// A duration in milliseconds within bounds, which are durations as well.
    static func duration(_ text: String?, _ option: String, from least: String, to most: String) throws -> UInt64? {
        guard let time = try duration(text, option) else { return nil }
        let isWithin =
            Parse.duration(least).map { time >= $0 } ?? true && Parse.duration(most).map { time <= $0 } ?? true
        guard isWithin else {
            throw ValidationError("\(option) is a duration from \(least) to \(most)")
        }
        return time
    }

    /// A number from 0.
    static func number(_ text: String?, _ option: String) throws -> UInt64? {
        try read(text, "\(option) is a number from 0") { Parse.number($0).map { UInt64($0) } }
    }

    /// A number from 1. One beyond `most` is taken for that.
    static func count(_ text: String?, _ option: String) throws -> UInt64? {
        try read(text, "\(option) is a number from 1") {
            Parse.number($0).flatMap { $0 > 0 ? min(UInt64($0), most) : nil }
        }
    }

    /// More than there is of anything, and far from where adding to it would trap: a list asks for one more, to know whether it is whole.
    private static let most: UInt64 = 1 << 53

    /// A percentage, in percent: `90%` or `90`.
    static func percentage(_ text: String?, _ option: String) throws -> Double? {
        try read(text, "\(option) is a percentage, such as 90%", Parse.percentage)
    }

    /// A place in a stream: a time, an id, or one of its ends.
    static func place(_ text: String?, _ option: String) throws -> StreamPosition? {
        guard let text else { return nil }
        if let fault = TimeText.ambiguity(in: text) { throw ValidationError("\(option) \(fault)") }
        return try read(text, "\(option) is \(TimeText.forms), an id (ms or ms-seq), - or +") {
            StreamPosition(typed: $0)
        }
    }

    /// The places of `--since` and `--until`: the ends of a stream where they were not given.
    ///
    /// - Parameter consequence: what would come of a range that ends before it begins, such as "nothing would be searched".
    static func range(_ since: String?, _ until: String?, otherwise consequence: TerminalText) throws -> PlaceRange {
        let range = (since: try place(since, "--since") ?? .start, until: try place(until, "--until") ?? .end)
        let clock = WallClock.unsigned
        guard range.since.first(now: clock) <= range.until.last(now: clock) else {
            throw ValidationError("--since lies behind --until: \(consequence)")
        }
        return range
    }

    /// Ids, whole milliseconds among them.
    static func ids(_ texts: [String]) throws -> [StreamPosition] {
        try texts.map { text in
            if let fault = TimeText.ambiguity(in: text) { throw ValidationError("\(fault)") }
            guard let id = StreamPosition(typedID: text) else {
                throw ValidationError(
                    "\(TerminalText(text)) is not an id: ms-seq, or ms for a whole millisecond"
                )
            }
            return id
        }
    }

    private static func read<Value>(_ text: String?, _ fault: String, _ read: (String) -> Value?) throws -> Value? {
        guard let text else { return nil }
        guard let value = read(text) else { throw ValidationError(fault) }
        return value
    }
}

/// From where to where a command looks, both inclusive.
typealias PlaceRange = (since: StreamPosition, until: StreamPosition)

/// `--since` and `--until` of a command that reads entries.
struct RangeOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: ArgumentHelp("Start at this place.", valueName: "place"))
    var since: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("End at this place, inclusive.", valueName: "place"))
    var until: String?

    /// Whether one of them was given.
    var isGiven: Bool { since != nil || until != nil }

    /// The places; see `OptionText.range`.
    func places(otherwise consequence: TerminalText) throws -> PlaceRange {
        try OptionText.range(since, until, otherwise: consequence)
    }
}

extension StreamPosition {
    /// Reads a place as it is typed: `-`, `+`, an id (`ms` or `ms-seq`), how long ago it was (`2h`, `-2h`), or a time.
    init?(typed text: String) {
        if let id = StreamPosition(typedID: text) {
            self = id
        } else if text == "-" {
            self = .start
        } else if text == "+" {
            self = .end
        } else if text == "now" {
            self = .ago(milliseconds: 0)
        } else if let ago = Parse.duration(String(text.hasPrefix("-") ? text.dropFirst() : text[...])) {
            self = .ago(milliseconds: UInt64(ago))
        } else {
            let time = Parse.typedTime(text, now: WallClock.now, zone: TimeText.zone.offset)
            guard let time, let milliseconds = UInt64(exactly: time) else { return nil }
            self = .millisecond(milliseconds)
        }
    }

    /// Reads an id: `ms-seq`, or `ms` for all ids of one millisecond.
    init?(typedID text: String) {
        if let id = EntryID(Array(text.utf8)) {
            self = .id(id)
        } else if let id = EntryID(Array("\(text)-0".utf8)) {
            self = .millisecond(id.milliseconds)
        } else {
            return nil
        }
    }
}
