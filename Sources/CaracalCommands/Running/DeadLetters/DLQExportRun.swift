import Caracal
import Glibc
import Redis
import Rendering
import Text

/// One run of `dlq export`: line after line to a file or to standard output.
struct DLQExportRun {
    private let session: Session
    private let progress: Progress

    init(_ session: Session) {
        self.session = session
        progress = Progress(session)
        Interruption.catchSignals()
    }

    /// Writes to standard output.
    func write(_ export: DeadLetterExport) throws -> ExitStatus {
        let connection = try session.connect()
        let (_, report) = try write(export, on: connection) { try session.stream.write($0) }
        // A pipe cannot be brought to disk, and need not be.
        guard fsync(STDOUT_FILENO) == 0 || errno == EINVAL || errno == EROFS else {
            throw Failure(.internalError, "cannot bring the export to disk: \(SystemError.last)")
        }
        return end(report)
    }

    /// Writes to a file.
    func write(_ export: DeadLetterExport, to path: String) throws -> ExitStatus {
        let file = try ExportFile(path)
        let connection = try session.connect()
        let (count, report) = try write(export, on: connection) { try file.write($0) }
        progress.clear()
        try file.finish()
        try session.present(
            DLQExportPresentation(
                count: count,
                path: path,
                server: ServerPresentation(connection),
                problemsOnly: session.output.isQuiet.value
            )
        )
        return end(report)
    }

    private func write(
        _ export: DeadLetterExport,
        on connection: any CommandChannel,
        to sink: ([UInt8]) throws -> Void
    ) throws -> (count: Int, report: DeadLetterExport.Report) {
        var lines = ExportLines()
        var judge = try DeadLetterJudge(keys: SignatureKeys())
        let report = try export.run(on: connection, &judge, clock: WallClock.unsigned) { stream, count in
            try sink(lines.drain())
            if isatty(STDOUT_FILENO) != 1 {
                progress.show(stream.target.key, done: count, of: stream.state.info?.length)
            }
        } each: { entry, deployment in
            try lines.append(entry, of: deployment)
        }
        try lines.finish()
        try sink(lines.drain())
        return (lines.count, report)
    }

    /// Says what there is that was not exported.
    private func end(_ report: DeadLetterExport.Report) -> ExitStatus {
        progress.clear()
        let findings =
            report.missing.map { stream, refusal in
                Finding(
                    .refused,
                    .failure,
                    stream: stream.readable,
                    "the dead letters of \(stream) are not in the export: \(refusal.text)"
                )
            } + (report.unmatched.map { [$0.finding] } ?? [])
        session.say(findings)
        return ExitStatus(findings, refusals: report.missing.map(\.refusal))
    }
}
