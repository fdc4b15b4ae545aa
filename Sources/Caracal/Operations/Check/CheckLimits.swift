/// What `check` judges by.
package struct CheckLimits: Sendable, Equatable {
    /// Entries of a group still to be delivered.
    package var lag: Threshold
    /// Entries of a group delivered and not acknowledged.
    package var pending: Threshold
    /// How long a group's pending entry has not been delivered to anyone, in milliseconds.
    package var oldest: Threshold
    /// Entries in a stream of dead letters.
    package var deadLetters: Threshold
    /// Memory in use, in millionths of `maxmemory`.
    package var memory: Threshold
    /// Rows of an outbox that were given up.
    package var outboxDead: Threshold
    /// How long the oldest row of an outbox has waited, in milliseconds.
    package var outboxOldest: Threshold

    /// The defaults. The lag is critical well before a group on one of the streams bounded to 10,000 entries loses any; an
    /// entry can be claimed after half a minute, so ten times that means that nobody does. A dead
    /// row makes its service unready; for rows that wait the services' own alert has the same limit.
    package init(
        lag: Threshold = Threshold(warning: 1_000, critical: 5_000),
        pending: Threshold = Threshold(warning: 1_000, critical: 5_000),
        oldest: Threshold = Threshold(warning: 300_000, critical: 1_800_000),
        deadLetters: Threshold = Threshold(warning: 0, critical: 100),
        memory: Threshold = Threshold(warning: 800_000, critical: 900_000),
        outboxDead: Threshold = Threshold(warning: nil, critical: 0),
        outboxOldest: Threshold = Threshold(warning: 300_000, critical: 1_800_000)
    ) {
        self.lag = lag
        self.pending = pending
        self.oldest = oldest
        self.deadLetters = deadLetters
        self.memory = memory
        self.outboxDead = outboxDead
        self.outboxOldest = outboxOldest
    }
}

/// Two limits of one figure. What lies above a limit crosses it; nil for no limit.
package struct Threshold: Sendable, Equatable {
    /// Above it the figure is a warning.
    package let warning: UInt64?
    /// Above it something is wrong.
    package let critical: UInt64?

    /// No limit: the figure is not judged.
    package static let off = Threshold(warning: nil, critical: nil)

    /// Two limits, in the unit of the figure.
    package init(warning: UInt64?, critical: UInt64?) {
        self.warning = warning
        self.critical = critical
    }

    /// The smallest figure that crosses every limit there is: who knows that it has come to this need not look further.
    /// Nil without a limit, and where no figure can cross it.
    var settled: UInt64? {
        guard let limit = critical ?? warning, limit < .max else { return nil }
        return limit + 1
    }

    /// Judges a figure. What may or may not cross a limit is unknown, unless it certainly crosses the lower one.
    func state(of quantity: Quantity) -> CheckState {
        switch (Self.crosses(quantity, critical), Self.crosses(quantity, warning)) {
        case (true, _): .critical
        case (_, true): .warning
        case (false, false): .ok
        default: .unknown
        }
    }

    /// Whether a figure lies above a limit; nil when that is open.
    private static func crosses(_ quantity: Quantity, _ limit: UInt64?) -> Bool? {
        guard let limit else { return false }
        return switch quantity {
        case .exact(let value): value > limit
        case .atLeast(let value): value > limit ? true : nil
        case .atMost(let value): value > limit ? nil : false
        case .reported, .unknown: nil
        }
    }
}

/// What a monitoring plugin can say; the raw value is the exit status that Nagios knows it by.
package enum CheckState: Int32, Sendable, CaseIterable {
    case ok = 0
    case warning = 1
    case critical = 2
    case unknown = 3

    /// The worse of two. What is certainly wrong outweighs what is not known, and that outweighs what is in order.
    package func orWorse(_ other: CheckState) -> CheckState {
        other.weight > weight ? other : self
    }

    private var weight: Int {
        switch self {
        case .ok: 0
        case .unknown: 1
        case .warning: 2
        case .critical: 3
        }
    }
}
