import Text

/// What happened to a stream between two looks.
package enum TailGap: Sendable, Equatable {
    /// So many entries were added, and trimmed or deleted before they could be read.
    case missed(UInt64)
    /// Entries may have been trimmed: the oldest one lies behind what was read last, and nobody counted (Redis before 7).
    case unknown
    /// Entries that were shown are gone from its end, and older ones are there: a failover has lost them.
    case setBack
    /// The stream was deleted, or deleted and made anew.
    case replaced

    /// The gap as a finding about a stream.
    package func finding(_ stream: StreamDefinition) -> Finding {
        let name = stream.name
        return switch self {
        case .missed(let count):
            Finding(
                .missed,
                .warning,
                stream: name,
                count == 1
                    ? "\(name): 1 entry was trimmed or deleted before it could be read"
                    : "\(name): \(count) entries were trimmed or deleted before they could be read"
            )
        case .unknown:
            Finding(
                .mayHaveMissed,
                .warning,
                stream: name,
                "\(name): entries may have been trimmed before they could be read"
            )
        case .setBack:
            Finding(
                .setBack,
                .warning,
                stream: name,
                "\(name) has lost its newest entries, which were shown: a failover does that, or somebody made the stream anew"
            )
        case .replaced:
            Finding(
                .replaced,
                .warning,
                stream: name,
                "\(name) was deleted, and perhaps made anew: what is in it now is shown from its beginning"
            )
        }
    }
}
