import Redis

/// A stream, what the server thinks it takes, and the entries that were read of it.
package struct MeasuredStream: Sendable, Equatable {
    /// The stream and what was found under its key.
    package let observed: ObservedStream
    /// MEMORY USAGE's answer.
    package let serverEstimate: ServerFact<UInt64>
    /// The entries that were read; none where XRANGE was refused.
    package let sample: EntrySample
    /// Why there are none, where XRANGE was refused.
    package let refusal: Refusal?
}
