/// Where a new consumer group starts to read.
package enum StartPolicy: Sendable, Equatable {
    /// At 0 on a stream that is new or empty; at `$` on one that has entries, as Caracal's provisioning script does.
    case automatic
    /// At 0: the group sees all that the stream still holds.
    case beginning
    /// At `$`: the group sees what is added from now on.
    case end

    /// The start for a group on a stream of this length (nil when there is no stream yet).
    package func start(onStreamOf length: UInt64?) -> GroupStart {
        switch self {
        case .automatic: (length ?? 0) == 0 ? .beginning : .end
        case .beginning: .beginning
        case .end: .end
        }
    }
}

/// The start of one group, as XGROUP CREATE takes it.
package enum GroupStart: String, Sendable {
    case beginning = "0"
    case end = "$"
}
