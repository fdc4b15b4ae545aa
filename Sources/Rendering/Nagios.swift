import Text

/// What a monitoring plugin prints, by the guidelines that Nagios, Icinga and their like follow: one line of text and
/// performance data, then longer text. The status is the process's.
package enum Nagios {
    /// `service` and `state`, a summary, figures, and lines for those who want to know more.
    package static func text(
        _ service: String,
        _ state: String,
        _ summary: TerminalText,
        performance: [PerformanceDatum] = [],
        lines: [TerminalText] = []
    ) -> ScreenText {
        var output: ScreenText = "\(line(service, state, summary))"
        if !performance.isEmpty { output += " | \(performance.map(\.text).joined(separator: " "))" }
        for line in lines { output += "\n\(sentence(line))" }
        return output + "\n"
    }

    /// The first line without figures.
    package static func line(_ service: String, _ state: String, _ summary: TerminalText) -> TerminalText {
        "\(service) \(state) - \(sentence(summary))"
    }

    /// A name from the network in which no reader finds the end of a line, of a label or of the text, and, should it reach
    /// the shell of a notification or a web page, nothing that those obey.
    package static func escaped(_ text: TerminalText, allowing allowed: [Unicode.Scalar] = []) -> TerminalText {
        var output = ""
        for scalar in text.text.unicodeScalars {
            if isObeyed(scalar), !allowed.contains(scalar) {
                output += "\\x" + String(scalar.value, radix: 16)
            } else {
                output.unicodeScalars.append(scalar)
            }
        }
        return TerminalText(keeping: output)
    }

    /// A sentence may have a quotation, whose names are escaped already.
    private static func sentence(_ text: TerminalText) -> TerminalText {
        escaped(text, allowing: ["'", "="])
    }

    private static func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "|", "=", "'", "\"", "`", "$", "&", "<", ">": true
        default: false
        }
    }
}

/// One figure of a plugin's performance data: `'label'=value[unit];warning;critical;minimum;maximum`.
package struct PerformanceDatum: Sendable, Equatable {
    /// The unit of a figure, as plugins write it.
    package enum Unit: Sendable, Equatable {
        /// A number of things.
        case count
        /// Bytes, `B`.
        case bytes
        /// Given in milliseconds and written in seconds, `s`.
        case seconds
    }

    let label: TerminalText
    let unit: Unit
    let value: UInt64?
    let warning: UInt64?
    let critical: UInt64?
    let maximum: UInt64?

    /// A figure in `unit`, from 0 on, and its limits in the same; a `value` of nil is unknown, `U`.
    package init(
        _ label: TerminalText,
        _ unit: Unit,
        _ value: UInt64?,
        warning: UInt64? = nil,
        critical: UInt64? = nil,
        maximum: UInt64? = nil
    ) {
        self.label = label
        self.unit = unit
        self.value = value
        self.warning = warning
        self.critical = critical
        self.maximum = maximum
    }

    /// As it stands on the line.
    var text: TerminalText {
        let limits = [warning, critical, 0, maximum].map { $0.map(number) ?? "" }
        var line = "'\(Nagios.escaped(label))'=\(value.map { number($0) + suffix } ?? "U");"
        line += limits.joined(separator: ";")
        return TerminalText(keeping: String(line.reversed().drop { $0 == ";" }.reversed()))
    }

    private var suffix: String {
        switch unit {
        case .count: ""
        case .bytes: "B"
        case .seconds: "s"
        }
    }

    /// Digits, with a point where it is needed, never an exponent.
    private func number(_ value: UInt64) -> String {
        guard unit == .seconds else { return "\(value)" }
        let fraction = Int(value % 1000)
        guard fraction > 0 else { return "\(value / 1000)" }
        return "\(value / 1000).\(Format.zeroPadded(fraction, 3))"
    }
}
