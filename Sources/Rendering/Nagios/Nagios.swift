/// What a monitoring plugin prints, by the guidelines that Nagios, Icinga and their like follow: one line of text and
/// performance data, then longer text. The status is the process's.
package enum Nagios {
    /// `service` and `state`, a summary, figures, and lines for those who want to know more. The texts may hold anything.
    package static func text(
        _ service: String,
        _ state: String,
        _ summary: String,
        performance: [PerformanceDatum] = [],
        lines: [String] = []
    ) -> String {
        var output = "\(service) \(state) - \(sentence(summary))"
        if !performance.isEmpty { output += " | " + performance.map(\.text).joined(separator: " ") }
        for line in lines { output += "\n" + sentence(line) }
        return output + "\n"
    }

    /// A name from the network in which no reader finds the end of a line, of a label or of the text, and, should it reach
    /// the shell of a notification or a web page, nothing that those obey. TerminalText's escapes are taken as they are.
    package static func escaped(_ text: String, allowing allowed: [Unicode.Scalar] = []) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            if isObeyed(scalar), !allowed.contains(scalar) {
                output += "\\x" + String(scalar.value, radix: 16)
            } else if UnprintableScalars.contains(scalar) {
                output += TerminalText.escaped(String(scalar))
            } else {
                output.unicodeScalars.append(scalar)
            }
        }
        return output
    }

    /// A sentence may have a quotation, whose names are escaped already.
    private static func sentence(_ text: String) -> String {
        escaped(text, allowing: ["'", "="])
    }

    private static func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "|", "=", "'", "\"", "`", "$", "&", "<", ">": true
        default: false
        }
    }
}
