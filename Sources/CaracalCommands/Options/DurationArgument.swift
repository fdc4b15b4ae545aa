import ArgumentParser
import Rendering

/// A duration on the command line: `500ms`, `30s`, `5m`, `2h`, `7d`.
struct DurationArgument: ExpressibleByArgument {
    /// The duration.
    let value: Duration

    init?(argument: String) {
        guard let milliseconds = Parse.duration(argument) else { return nil }
        value = .milliseconds(milliseconds)
    }
}
