/// A count or a time of which it is said how well it is known.
package enum Quantity: Sendable, Equatable {
    /// This, and nothing else.
    case exact(UInt64)
    /// This or more.
    case atLeast(UInt64)
    /// This or less.
    case atMost(UInt64)
    /// This by the server's counters, which nothing confirms: they can be set by hand.
    case reported(UInt64)
    /// Anything.
    case unknown

    /// The number; nil when nothing is known. Never 0 for unknown.
    package var value: UInt64? {
        switch self {
        case .exact(let value), .atLeast(let value), .atMost(let value), .reported(let value): value
        case .unknown: nil
        }
    }

    /// A stable name for scripts: `exact`, `at_least`, `at_most`, `reported` or `unknown`.
    package var quality: String {
        switch self {
        case .exact: "exact"
        case .atLeast: "at_least"
        case .atMost: "at_most"
        case .reported: "reported"
        case .unknown: "unknown"
        }
    }

    /// The quantity in words; `an unknown number of` things where nothing is known.
    var words: String {
        switch self {
        case .exact(let value): "\(value)"
        case .atLeast(let value): "at least \(value)"
        case .atMost(let value): "at most \(value)"
        case .reported(let value): "about \(value)"
        case .unknown: "an unknown number of"
        }
    }

    /// Whether it is certain that it has come to this much.
    package func isCertainly(atLeast limit: UInt64) -> Bool {
        switch self {
        case .exact(let value), .atLeast(let value): value >= limit
        case .atMost, .reported, .unknown: false
        }
    }
}
