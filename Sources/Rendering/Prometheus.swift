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

/// The samples of one metric, as the Prometheus text format groups them.
package struct MetricFamily: Sendable {
    /// How a metric's value moves.
    package enum Kind: String, Sendable, Equatable {
        /// Up and down.
        case gauge
        /// Up only, until a restart.
        case counter
    }

    /// A value and what it was measured on.
    fileprivate struct Sample: Sendable {
        let labels: [(key: String, value: String)]
        let value: Double
    }

    /// What it is called.
    package let name: String
    fileprivate let help: String
    fileprivate let kind: Kind
    fileprivate private(set) var samples: [Sample] = []

    /// A family without samples. `name` follows the conventions: prefix `caracal_`, base units in the name
    /// (`_bytes`, `_seconds`), `_total` for counters.
    package init(_ name: String, _ kind: Kind, help: String) {
        self.name = name
        self.kind = kind
        self.help = help
    }

    /// Adds a sample. Labels are written in the order given; their values may be any text, hostile text included. An
    /// unknown value, `nil`, adds none: absent, and not 0.
    package mutating func append(_ labels: KeyValuePairs<String, String> = [:], _ value: Double?) {
        if let value { samples.append(Sample(labels: Array(labels), value: value)) }
    }

    /// Adds a sample of a count. An unknown value, `nil`, adds none.
    package mutating func append(_ labels: KeyValuePairs<String, String> = [:], count: Int?) {
        append(labels, count.map { Double($0) })
    }

    /// Whether it has no sample, so that nothing is written of it.
    package var isEmpty: Bool { samples.isEmpty }

    /// The same family without samples.
    package var empty: MetricFamily { MetricFamily(name, kind, help: help) }

    /// Adds another family's samples, each with one more label before its own.
    package mutating func append(_ other: MetricFamily, adding label: (key: String, value: String)) {
        samples += other.samples.map { Sample(labels: [label] + $0.labels, value: $0.value) }
    }
}
