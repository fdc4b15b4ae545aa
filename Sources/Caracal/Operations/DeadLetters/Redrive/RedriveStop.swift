import Redis
import Text

/// Why a redrive ended before all that was planned was done.
package enum RedriveStop: Error, Sendable, Equatable {
    /// The process was asked to stop.
    case interrupted(signal: Int32)
    /// The server would not do it, or not any more.
    case refused(Refusal)
    /// The stream that messages go back to does not exist any more.
    case noStream([UInt8])
    /// It could not be judged what is to go back.
    case failed(TerminalText)
    /// The server was lost, or broke the protocol.
    case lost(RedisError)
}
