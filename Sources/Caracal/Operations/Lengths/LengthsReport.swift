import Redis

/// How long each stream is.
package struct LengthsReport: Sendable, Equatable {
    /// The streams, in the order of the table, then their dead letters.
    package let streams: [ObservedStream]
    /// The server's clock in Unix milliseconds; nil when it would not tell.
    package let now: UInt64?
    /// Missing streams, wrong types, refusals, crossed limits.
    package let findings: [Finding]
}
