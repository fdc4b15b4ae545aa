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
    ) -> String {
        var output = "\(service) \(state) - \(sentence(summary))"
        if !performance.isEmpty { output += " | " + performance.map(\.text).joined(separator: " ") }
        for line in lines { output += "\n\(sentence(line))" }
        return output + "\n"
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
