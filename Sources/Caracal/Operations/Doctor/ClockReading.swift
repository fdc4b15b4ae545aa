/// The server's clock beside ours, in Unix milliseconds.
package struct ClockReading: Sendable, Equatable {
    /// Ours before the server was asked.
    package let before: UInt64
    /// The server's.
    package let server: UInt64
    /// Ours when the answer was there.
    package let after: UInt64

    /// By how much they differ at least, whenever between the two readings the server looked at its own.
    package var skew: UInt64 {
        server < before ? before - server : server > after ? server - after : 0
    }

    /// Whether the server's is ahead.
    package var isAhead: Bool { server > after }
}
