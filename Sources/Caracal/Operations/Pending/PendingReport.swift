import Redis

/// What every group holds.
package struct PendingReport: Sendable, Equatable {
    /// The streams, as they were found.
    package let streams: [ObservedStream]
    /// A line for each group, in the order of the table, groups outside it behind those of the table.
    package let groups: [GroupStanding]
    /// The server's clock in Unix milliseconds; nil when it would not tell.
    package let now: UInt64?
    /// Missing streams and groups, crossed limits, losses.
    package let findings: [Finding]

    /// What the server would not tell: of a stream, or of a group.
    package var refusals: [Refusal] {
        streams.compactMap(\.state.refusal) + groups.flatMap(\.refusals)
    }
}
