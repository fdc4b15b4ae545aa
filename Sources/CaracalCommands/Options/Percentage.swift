import ArgumentParser
import Rendering

/// A percentage on the command line: `90%` or `90`.
struct Percentage: ExpressibleByArgument {
    /// In percent.
    let value: Double

    init?(argument: String) {
        guard let value = Parse.percentage(argument) else { return nil }
        self.value = value
    }
}
