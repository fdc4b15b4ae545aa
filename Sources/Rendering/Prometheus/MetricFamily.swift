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
    struct Sample: Sendable {
        let labels: [(key: String, value: String)]
        let value: Double
    }

    let name: String
    let help: String
    let kind: Kind
    private(set) var samples: [Sample] = []

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

    /// The same family without samples.
    package var empty: MetricFamily { MetricFamily(name, kind, help: help) }

    /// Adds another family's samples, each with one more label before its own.
    package mutating func append(_ other: MetricFamily, adding label: (key: String, value: String)) {
        samples += other.samples.map { Sample(labels: [label] + $0.labels, value: $0.value) }
    }
}
