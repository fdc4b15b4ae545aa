import Caracal
import Redis
import Rendering
import Text

/// What a run of `outbox dispatch` ends with: a status, and a word on everything that did not go as asked.
struct OutboxDispatchEnding {
    private(set) var status: ExitStatus
    private(set) var findings: [Finding] = []

    init(_ report: DispatchReport) {
        // The later outweighs the earlier.
        status = OutboxLack.status(report.lacks)
        let problems = report.lines.compactMap(\.problem).map { Failure($0, by: "Redis").status }
        status = problems.max { $0.rawValue < $1.rawValue } ?? status
        judgeFailures(report)
        judgeDoubts(report)
        if let unverified = report.unverified {
            status = .finding
            findings.append(unverified.finding("published"))
        }
        guard let stop = report.stop else { return }
        let failure = Failure(stop)
        status = failure.status
        note(stop.code, .failure, failure.message + Self.outcome(report))
    }

    private mutating func judgeFailures(_ report: DispatchReport) {
        let failed = report.sum(\.failed)
        guard failed > 0 else { return }
        let reasons = report.lines.compactMap(\.failure)
        // What ends the run is said with its end.
        if report.stop == nil || reasons.contains(where: { if case .unfit = $0 { true } else { false } }) {
            let refusals = reasons.compactMap { if case .refused(let refusal) = $0 { refusal } else { nil } }
            status = refusals.map(Failure.status(ofWrite:)).max { $0.rawValue < $1.rawValue } ?? .finding
            let reason = reasons.first.map { ": \($0.text)" as TerminalText } ?? ""
            note(.failed, .failure, "\(Format.count(failed, "attempt")) failed\(reason)")
        }
        let dead = report.sum(\.dead)
        guard dead > 0 else { return }
        note(
            .failed,
            .failure,
            "\(Format.count(dead, "row was", "rows were")) given up after the last attempt (once the cause is removed: "
                + "caracalctl outbox requeue --dead)"
        )
    }

    private mutating func judgeDoubts(_ report: DispatchReport) {
        let doubtful = report.sum(\.doubtful)
        if doubtful > 0 {
            note(
                .deliversAgain,
                .warning,
                "of \(Format.count(doubtful, "message")) it is not known whether \(doubtful == 1 ? "it" : "they") arrived: "
                    + "published again, it may be in the stream twice"
            )
        }
        let unmarked = report.sum(\.unmarked)
        guard unmarked > 0 else { return }
        note(
            .deliversAgain,
            .warning,
            "\(Format.count(unmarked, "message was", "messages were")) published, and the row could not be marked: another "
                + "dispatcher publishes it again"
        )
    }

    private static func outcome(_ report: DispatchReport) -> TerminalText {
        let failed = report.sum(\.failed)
        let back: TerminalText =
            failed == 0 ? "" : ", \(Format.grouped(UInt(failed))) returned for a later attempt"
        return "; \(Format.count(report.sum(\.published), "row")) published\(back)"
    }

    private mutating func note(_ code: Finding.Code, _ severity: Finding.Severity, _ message: TerminalText) {
        findings.append(Finding(code, severity, message))
    }
}

// MARK: - The plan

extension OutboxDispatchEnding {
    /// What an operator should know before rows are published.
    static func findings(ofPlan report: DispatchReport) -> [Finding] {
        report.lacks.map(\.finding) + problems(of: report) + trimming(report)
    }

    /// The streams whose rows are left alone, and why.
    static func problems(of report: DispatchReport) -> [Finding] {
        report.lines.compactMap { line in
            guard let problem = line.problem else { return nil }
            let code: Finding.Code =
                switch problem {
                case .missing: .noStream
                case .otherType: .wrongType
                default: .refused
                }
            let rows = Format.count(line.waiting, "row is", "rows are")
            return Finding(code, .failure, stream: line.stream.name, "\(problem.text()); its \(rows) left alone")
        }
    }

    /// The streams that dispatchers trim further than the table does.
    private static func trimming(_ report: DispatchReport) -> [Finding] {
        report.lines.compactMap { line in
            guard line.problem == nil, line.waiting > 0, line.maxLength < line.stream.bound ?? .max else { return nil }
            let bound = line.stream.bound.map { "bounds it at \(Format.grouped(UInt($0)))" } ?? "has no bound for it"
            return Finding(
                .losesEntries,
                .note,
                stream: line.stream.name,
                "\(line.stream.name) is trimmed to about \(Format.grouped(UInt(line.maxLength))) entries, as its service does; "
                    + "the table \(bound)"
            )
        }
    }
}

extension DispatchReport {
    /// How many rows wait for streams that take them.
    var open: UInt64 { sum { $0.problem == nil ? $0.waiting : 0 } }
}

extension DispatchStop {
    /// What a script knows it by.
    fileprivate var code: Finding.Code {
        switch self {
        case .interrupted: .interrupted
        case .refused: .refused
        case .replica: .replica
        case .cryptography: .failed
        case .redis, .doubt, .postgres: .lost
        }
    }
}

extension Failure {
    /// Why dispatching ended.
    init(_ stop: DispatchStop) {
        switch stop {
        case .interrupted(let signal): self.init(ExitStatus(signal: signal), "interrupted")
        case .redis(let error): self.init(error)
        case .replica: self.init(.replica, by: "Redis")
        case .refused(let refusal): self.init(Self.status(ofWrite: refusal), "Redis refused: \(refusal.text)")
        case .doubt(let doubt):
            // The rows wait: the same command goes on with them.
            let status = Interruption.signal.map { ExitStatus(signal: $0) } ?? .refusedForNow
            self.init(status, "Redis was lost while rows were in hand: \(doubt.text)")
        case .postgres(let error): self.init(error)
        case .cryptography(let error): self.init(.internalError, "\(error)")
        }
    }
}
