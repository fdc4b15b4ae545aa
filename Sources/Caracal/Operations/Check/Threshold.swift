/// Two limits of one figure. What lies above a limit crosses it; nil for no limit.
package struct Threshold: Sendable, Equatable {
    /// Above it the figure deserves a look.
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
        case .unknown: nil
        }
    }
}
