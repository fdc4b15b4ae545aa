import ArgumentParser

/// A command of ours: connect, operate, present. `run(in:)` returns the status that its findings come to.
protocol BusCommand: ParsableCommand {
    /// Whether it can change anything.
    static var effect: Effect { get }
    /// Whether it measures something that `-o prometheus` can show.
    static var hasMetrics: Bool { get }
    /// How to reach the server.
    var connection: ConnectionOptions { get }
    /// How to show results.
    var output: OutputOptions { get }
    /// Whether this run only shows what it would do.
    var isPreview: Bool { get }
    /// Does the work.
    func run(in session: Session) throws -> ExitStatus
}

extension BusCommand {
    static var hasMetrics: Bool { false }
    var isPreview: Bool { false }

    func run() throws {
        let status = try perform()
        if status != .success { throw ExitCode(status.rawValue) }
    }

    /// Settles the settings, refuses what they forbid, and does the work.
    func perform() throws -> ExitStatus {
        let session = try Session(connection: connection, output: output, effect: Self.effect)
        if session.output.format.value == .prometheus, !Self.hasMetrics {
            throw Failure(.usage, "\(Self._commandName) has no metrics: say table, json or ndjson")
        }
        if Self.effect == .writes, !isPreview { try LeaveToWrite(session).obtain(for: Self._commandName) }
        return try run(in: session)
    }
}
