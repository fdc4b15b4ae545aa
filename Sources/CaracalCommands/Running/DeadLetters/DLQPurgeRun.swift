import Caracal
import Redis
import Rendering
import Text

/// One run of `dlq purge`: compare all, ask, remove, say what became of it.
struct DLQPurgeRun {
    private let session: Session
    private let confirmation: Confirmation
    private let progress: Progress

    init(_ session: Session, _ confirmation: Confirmation) {
        self.session = session
        self.confirmation = confirmation
        progress = Progress(session)
    }

    /// Removes what a file lists, or shows what would be removed.
    func run(_ path: String, isPreview: Bool) throws -> ExitStatus {
        if !isPreview { try confirmation.requireSomebodyToAsk() }
        let file = try InputFile(path)
        session.catchSignalsOfWrites()
        let connection = try session.connect()
        if connection.server.role == .replica, !isPreview {
            throw Failure(StreamProblem.replica, by: connection.endpoint.description)
        }
        let plan = try compare(file, path, on: connection)
        if plan.parts.isEmpty { session.say(.note, code: .nothing, "\(path) is empty: it lists no dead letter") }
        if isPreview {
            try show(plan, nil, connection)
            return .success
        }
        if plan.count > 0 { try confirmation.ask("Remove \(Format.count(plan.count, "dead letter")) for good?") }
        let server = session.reconnecting(connection)
        let report = Purge(plan: plan).run(on: server, mastership: session.masterCheck) { report in
            progress.show("removed".utf8, done: UInt64(report.removed), of: UInt64(plan.count))
        }
        progress.clear()
        try show(plan, report, connection)
        return try end(report)
    }

    private func show(_ plan: PurgePlan, _ report: Purge.Report?, _ connection: any CommandChannel) throws {
        try session.present(
            DLQPurgePresentation(
                plan: plan,
                report: report,
                server: ServerPresentation(connection),
                problemsOnly: session.output.isQuiet.value
            )
        )
    }

    private func compare(_ file: InputFile, _ path: String, on connection: any CommandChannel) throws -> PurgePlan {
        do {
            let plan = try PurgeCheck(descriptor: file.descriptor).run(on: connection) { lines in
                progress.show(path.utf8, done: UInt64(lines), of: nil)
            }
            progress.clear()
            return plan
        } catch let fault as PurgeError {
            progress.clear()
            let message: TerminalText = "\(path): \(fault); nothing was removed"
            if case .refused(let refusal) = fault { throw Failure(Failure.status(of: refusal), message) }
            throw Failure(.malformedInput, message)
        } catch let error as RedisError {
            if case .link(.interrupted) = error.cause { throw error }
            let failure = Failure(error)
            throw Failure(failure.status, "\(failure.message); nothing was removed")
        }
    }

    private func end(_ report: Purge.Report) throws -> ExitStatus {
        let findings = DLQPurgePresentation.findings(report)
        session.say(findings)
        let removed = Format.count(report.removed, "was removed", "were removed")
        switch report.stop {
        case nil: return findings.contains { $0.severity == .failure } ? .finding : .success
        case .interrupted(let signal):
            throw Failure(ExitStatus(signal: signal), "interrupted: \(removed), and the same command goes on")
        case .refused(let refusal):
            throw Failure(
                Failure.status(ofWrite: refusal),
                "the server refused: \(refusal.text); \(removed)"
            )
        case .lost(let error, let inDoubt):
            throw Failure(
                .unknownOutcome,
                "\(Failure(error).message); \(removed), of \(Format.grouped(inDoubt)) more it is unknown, and the same command settles it"
            )
        }
    }
}
