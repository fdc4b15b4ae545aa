import Text

/// The Prometheus text exposition format, version 0.0.4: what a node_exporter textfile holds.
package enum Prometheus {
    /// `families` as text, each with its HELP and TYPE lines. A family without samples is left out.
    package static func text(_ families: [MetricFamily]) -> String {
        var output = ""
        for family in families where !family.samples.isEmpty {
            output += "# HELP \(family.name) \(escaped(family.help))\n"
            output += "# TYPE \(family.name) \(family.kind.rawValue)\n"
            for sample in family.samples { output += line(family.name, sample) }
        }
        return output
    }

    private static func line(_ name: String, _ sample: MetricFamily.Sample) -> String {
        let labels = sample.labels.map { "\($0.key)=\"\(escaped($0.value, isQuoted: true))\"" }
        let braces = labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}"
        return "\(name)\(braces) \(number(sample.value))\n"
    }

    /// Counts are written without a fraction, as long as a double holds them exactly.
    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if abs(value) < 0x1p53, Double(Int(value)) == value { return String(Int(value)) }
        return value.description
    }

    /// The format's own escapes, and what a terminal must not see as the text of its `TerminalText` escape, whose
    /// backslash is a backslash like any other here.
    private static func escaped(_ text: String, isQuoted: Bool = false) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": output += #"\\"#
            case "\n": output += #"\n"#
            case _ where UnprintableScalars.contains(scalar):
                output += #"\"# + TerminalText(String(scalar)).text
            case "\"" where isQuoted: output += #"\""#
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }
}
