import Rendering

/// Shows a report that needs no server.
enum LocalReport {
    /// Writes it to standard output in the format that was asked for.
    static func present(_ report: some Presentable, _ options: OutputOptions) throws {
        let format = try OutputSettings.resolve(options).format.value
        let stream = Output()
        guard let bytes = format.render(report, look: stream.look) else {
            throw Failure(.usage, "there are no metrics here: say table, json or ndjson")
        }
        try stream.write(bytes)
    }
}
