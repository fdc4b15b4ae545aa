import ArgumentParser
import Rendering
import Text

/// A command that shows what it knows without a server.
protocol LocalCommand: ParsableCommand {
    /// How to show results.
    var output: OutputOptions { get }
    /// Shows them.
    func run(_ output: OutputSettings) throws
}

extension LocalCommand {
    func run() throws {
        try run(try OutputSettings.resolve(output))
    }

    /// Writes a report to standard output in the format that was asked for.
    func present(_ report: some Presentable, _ output: OutputSettings) throws {
        let stream = Output()
        guard let bytes = output.format.value.render(report, look: stream.look) else {
            throw Failure(.usage, "there are no metrics here: say table, json or ndjson")
        }
        try stream.write(bytes)
    }
}
