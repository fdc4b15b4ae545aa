import RESP
import Redis

/// Entries of one stream, in runs of neighbours.
package struct EntrySample: Sendable, Equatable {
    /// The runs, each in the order of the ids.
    package let runs: [[SampledEntry]]

    /// Gathers runs; those without entries are left out.
    package init(runs: [[SampledEntry]]) {
        self.runs = runs.filter { !$0.isEmpty }
    }

    /// How many entries were read.
    package var count: Int {
        runs.reduce(0) { $0 + $1.count }
    }

    /// The share of neighbours whose ids differ in their milliseconds; nil where no two neighbours were read.
    var spread: Double? {
        let pairs = runs.flatMap { zip($0, $0.dropFirst()) }
        guard !pairs.isEmpty else { return nil }
        return Double(pairs.count { $0.id.milliseconds != $1.id.milliseconds }) / Double(pairs.count)
    }
}
