import Caracal
import Rendering
import Text

extension CheckMeasure {
    /// What it is measured on and what is measured, as performance data name it.
    var label: TerminalText {
        switch figure {
        case .lag, .pending, .oldest: "\(place) \(figure.rawValue)"
        case .deadLetters: "\(place) dead letters"
        case .memory: "memory"
        case .outboxDead: "\(place) dead rows"
        case .outboxOldest: "\(place) oldest row"
        }
    }

    /// The stream, and the group where it is about one.
    var place: TerminalText {
        if let outbox { return "outbox \(outbox.rawValue)" }
        let stream: TerminalText = stream.map { "\($0.shortName)" } ?? ""
        return group.map { "\(stream)/\($0.shortened)" } ?? stream
    }

    /// What is measured, in a table.
    var name: String {
        switch figure {
        case .lag, .pending, .memory: figure.rawValue
        case .oldest: "oldest pending"
        case .deadLetters: "dead letters"
        case .outboxDead: "outbox dead"
        case .outboxOldest: "outbox oldest"
        }
    }

    /// The figure for a table, in which its limits stand beside it.
    var shortAmount: String {
        guard let value = quantity.value else { return "unknown" }
        return switch quantity {
        case .atLeast: ">= \(form(value))"
        case .atMost: "<= \(form(value))"
        case .reported: "~\(form(value))"
        case .exact, .unknown: form(value)
        }
    }

    /// Its limits for a table, as they are typed; `-` without any.
    var limits: String {
        guard threshold != .off else { return "-" }
        let (warning, critical) = (threshold.warning.map(form), threshold.critical.map(form))
        return "\(warning ?? "-") / \(critical ?? "-")"
    }

    /// The figure for people.
    var amount: String { figures + (server.map { " at \($0)" } ?? "") }

    private var figures: String {
        guard let value = quantity.value else { return "unknown" }
        let form = form(value)
        guard figure == .memory, let maximum, let share = share(of: maximum) else {
            return switch quantity {
            case .atLeast: "at least \(form)"
            case .atMost: "at most \(form)"
            case .reported: "about \(form)"
            case .exact, .unknown: form
            }
        }
        return "\(form) of \(self.form(maximum)) (\(share))"
    }

    /// A figure in performance data. What is only known to be at least so much is written as that.
    var performance: PerformanceDatum {
        PerformanceDatum(
            label,
            unit,
            quantity.value,
            warning: threshold.warning,
            critical: threshold.critical,
            maximum: maximum
        )
    }

    /// The limit it crosses; nil when it crosses none.
    var crossedLimit: String? {
        switch state {
        case .critical: threshold.critical.map(limit)
        case .warning: threshold.warning.map(limit)
        case .ok, .unknown: nil
        }
    }

    private func limit(_ limit: UInt64) -> String {
        guard figure == .memory, let maximum else { return form(limit) }
        return "\(form(limit)) of \(form(maximum))"
    }

    private var unit: PerformanceDatum.Unit {
        switch figure {
        case .lag, .pending, .deadLetters, .outboxDead: .count
        case .oldest, .outboxOldest: .seconds
        case .memory: .bytes
        }
    }

    private func form(_ value: UInt64) -> String {
        let number = Int(clamping: value)
        return switch unit {
        case .count: Format.grouped(number)
        case .seconds: Format.duration(milliseconds: number)
        case .bytes: Format.size(bytes: number)
        }
    }

    private func share(of maximum: UInt64) -> String? {
        quantity.value.flatMap { Format.percentage(Int(clamping: $0), of: Int(clamping: maximum)) }
    }
}

extension [UInt8] {
    /// A name of at most 64 bytes: the ends of a longer one, and how many bytes it has, so that no two read alike by chance.
    var shortened: [UInt8] {
        guard count > 64 else { return self }
        return Array(prefix(24)) + Array("...(\(count) bytes)...".utf8) + Array(suffix(16))
    }
}

extension CheckMeasure {
    /// The figure as an item of an envelope.
    var json: JSONValue {
        [
            "check": .string(figure.rawValue), "stream": JSONValue(stream?.name), "group": JSONValue(bytes: group),
            "server": JSONValue(server), "outbox": JSONValue(outbox?.rawValue), "unit": .string(unitName),
            "value": JSONValue(quantity.value),
            "quality": .string(quantity.quality),
            "maximum": JSONValue(maximum), "warning": JSONValue(threshold.warning),
            "critical": JSONValue(threshold.critical), "state": .string(state.word.lowercased()),
        ]
    }

    private var unitName: String {
        switch unit {
        case .count: figure == .outboxDead ? "rows" : "entries"
        case .seconds: "ms"
        case .bytes: "bytes"
        }
    }
}
