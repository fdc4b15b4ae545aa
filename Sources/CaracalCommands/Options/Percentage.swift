import ArgumentParser
import Rendering

/// A percentage on the command line: `90%` or `90`.
struct Percentage: ExpressibleByArgument {
    /// In percent.
    let value: Double

    init(value: Double) {
        self.value = value
    }

    init?(argument: String) {
        guard let value = Parse.percentage(argument) else { return nil }
        self.init(value: value)
    }

    var defaultValueDescription: String {
        value == value.rounded() ? "\(Int(value))%" : "\(value)%"
    }
}
