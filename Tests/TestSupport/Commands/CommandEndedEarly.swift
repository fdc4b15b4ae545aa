/// A command ended, or closed what it writes to, before it had written what was waited for.
package struct CommandEndedEarly: Error, Sendable, CustomStringConvertible {
    /// What was waited for.
    package let text: String
    /// What it had written.
    package let stdout: String
    /// What it had complained about.
    package let stderr: String

    /// All three.
    package var description: String {
        "it ended without \(text.debugDescription); stdout: \(stdout.debugDescription), stderr: \(stderr.debugDescription)"
    }
}
