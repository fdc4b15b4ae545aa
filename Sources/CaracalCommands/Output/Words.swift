import Caracal
import Redis
import Rendering
import Text

extension Quantity {
    /// For people: `1,234`, `≥ 100`, `≤ 6`, `~1,234` by the server's counters, or `unknown`, never 0 for it.
    func text(_ form: (Int) -> String = Format.grouped) -> String {
        guard let value else { return "unknown" }
        let number = form(Int(clamping: value))
        return switch self {
        case .atLeast: "≥ \(number)"
        case .atMost: "≤ \(number)"
        case .reported: "~\(number)"
        case .exact, .unknown: number
        }
    }
}

extension Cell {
    /// A quantity, or `-` where there is none to know; for a program `>=` and `<=` tell a bound, `~` the server's counters.
    init(_ quantity: Quantity?, style: Style? = nil) {
        self.init(quantity, style: style, Format.grouped) { String($0) }
    }

    /// A time in milliseconds; for a program in seconds.
    init(duration quantity: Quantity?, style: Style? = nil) {
        self.init(quantity, style: style, { Format.duration(milliseconds: $0) }, Format.seconds)
    }

    /// An id, which sorts by its numbers.
    init(_ id: EntryID, style: Style? = nil) {
        self.init("\(id)", rank: .pair(id.milliseconds, id.sequence), style: style)
    }

    private init(
        _ quantity: Quantity?,
        style: Style?,
        _ text: (Int) -> String,
        _ value: (Int) -> String
    ) {
        guard let quantity, let number = quantity.value.map({ Int(clamping: $0) }) else {
            self.init(quantity == nil ? "-" : "unknown", style: style)
            return
        }
        let mark =
            switch quantity {
            case .atLeast: ">="
            case .atMost: "<="
            case .reported: "~"
            case .exact, .unknown: ""
            }
        self.init("\(quantity.text(text))", value: mark + value(number), rank: .number(Double(number)), style: style)
    }
}

extension [JSONMember] {
    /// Adds a quantity and how well it is known; both are null where there is nothing to know.
    mutating func append(_ name: String, _ quantity: Quantity?, unit: String = "") {
        append(JSONMember(name + unit, JSONValue(quantity?.value)))
        append(JSONMember(name + "_quality", JSONValue(quantity?.quality)))
    }
}

extension StreamState {
    /// What a table says instead of figures; nil for a stream.
    var problem: String? {
        switch self {
        case .missing: "MISSING"
        case .otherType: "NOT A STREAM"
        case .refused(let refusal): refusal.word
        case .stream: nil
        }
    }

    /// Whether the stream exists, as JSON tells it: a key of another type is no stream; nil for what the server would not
    /// say.
    var exists: Bool? {
        switch self {
        case .stream: true
        case .missing, .otherType: false
        case .refused: nil
        }
    }
}

extension Refusal {
    /// What a table says instead of what was refused.
    var word: String {
        kind == .noPermission ? "NOT PERMITTED" : "REFUSED"
    }
}

extension ServerFact {
    /// The fact in words: `not permitted` and `unknown` where there is none.
    func text(_ show: (Value) -> TerminalText) -> TerminalText {
        switch self {
        case .known(let value): show(value)
        case .notPermitted: "not permitted"
        case .unknown: "unknown"
        }
    }
}

extension Duration {
    /// In whole milliseconds, what is smaller cut; the most an `Int` holds where it is longer.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        let (whole, isTooLong) = Int(seconds).multipliedReportingOverflow(by: 1000)
        let (sum, overflow) = whole.addingReportingOverflow(Int(attoseconds / 1_000_000_000_000_000))
        return isTooLong || overflow ? (seconds < 0 ? .min : .max) : sum
    }

    /// `2s`, `500ms`: as it is typed. What is less than a millisecond is no 0, and nobody waits for less than one.
    var text: String {
        Format.duration(milliseconds: self > .zero ? max(milliseconds, 1) : milliseconds)
    }
}

extension Int {
    /// The nearest whole number there is: what is reckoned from numbers of the wire may be anything.
    init(saturating value: Double) {
        self = Int(exactly: value.rounded()) ?? (value > 0 ? .max : value < 0 ? .min : 0)
    }
}
