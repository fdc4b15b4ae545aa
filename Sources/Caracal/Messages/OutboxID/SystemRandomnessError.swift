import Redis

/// The kernel gave no random numbers.
package struct SystemRandomnessError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What it said.
    package let cause: SystemError
    /// One line, lower case.
    package var description: String { "cannot get random numbers from the system: \(cause)" }
}
