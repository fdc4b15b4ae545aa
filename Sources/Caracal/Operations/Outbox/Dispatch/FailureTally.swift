import Text

/// Why attempts to publish rows failed, and how many for each reason, in the order in which they came up. Each row may have a reason of
/// its own: only the first kinds are kept apart.
package struct FailureTally: Sendable, Equatable {
    /// One reason.
    package struct Reason: Sendable, Equatable {
        /// The reason.
        package let failure: RowError
        /// How many attempts failed for it.
        package fileprivate(set) var count: UInt64
    }

    /// The reasons that are kept apart.
    package private(set) var reasons: [Reason] = []
    /// How many attempts failed for others.
    package private(set) var others: UInt64 = 0

    private static let limit = 10

    package init() {}

    /// How many attempts failed.
    package var count: UInt64 { reasons.reduce(others) { $0 + $1.count } }

    mutating func note(_ failure: RowError, count: UInt64 = 1) {
        if let place = reasons.firstIndex(where: { $0.failure == failure }) {
            reasons[place].count += count
        } else if reasons.count < Self.limit {
            reasons.append(Reason(failure: failure, count: count))
        } else {
            others += count
        }
    }

    /// Adds what was tallied elsewhere.
    package mutating func add(_ tally: FailureTally) {
        for reason in tally.reasons { note(reason.failure, count: reason.count) }
        others += tally.others
    }

    /// The reasons in words, the most frequent first, each with its number where there are several; nil where nothing failed.
    package var text: TerminalText? {
        guard let first = reasons.first else { return nil }
        if reasons.count == 1, others == 0 { return first.failure.text }
        let sorted = reasons.sorted { $0.count > $1.count }
        let shown = sorted.prefix(3).map { "\($0.failure.text) (\(Words.number($0.count)))" as TerminalText }
        let rest = sorted.dropFirst(3).reduce(others) { $0 + $1.count }
        return (shown + (rest > 0 ? ["other reasons (\(Words.number(rest)))"] : [])).joined(separator: "; ")
    }
}
