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
