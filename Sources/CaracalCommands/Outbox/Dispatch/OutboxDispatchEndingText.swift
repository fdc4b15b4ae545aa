import Caracal
import Redis
import Rendering
import Text

/// What a run of `outbox dispatch` ends with: a status, and a word on everything that did not go as asked.
struct OutboxDispatchEndingText {
    private(set) var status: ExitStatus
    private(set) var findings: [Finding] = []

    /// - Parameters:
    ///   - said: what was said of the plan, which is not said again.
    ///   - isPreview: whether nothing was attempted: what failed is what would.
    init(_ report: DispatchReport, besides said: [Finding] = [], isPreview: Bool = false) {
        // The later outweighs the earlier.
        status = OutboxProblem.status(report.problems)
        let problems = report.lines.compactMap(\.problem).map(Self.status)
        status = problems.max { $0.rawValue < $1.rawValue } ?? status
        judgeFailures(report, isPreview: isPreview)
        judgeDoubts(report)
        if let unverified = report.unverified {
            status = .finding
            findings.append(unverified.finding("published"))
        }
        switch report.ending {
        case .noTable?: break
        default: findings += report.problems.map(\.finding).filter { !said.contains($0) }
        }
        guard let ending = report.ending else { return }
        let failure = CommandError(ending)
        status = failure.status
        note(ending.code, .failure, failure.message + Self.outcome(report))
    }

    private mutating func judgeFailures(_ report: DispatchReport, isPreview: Bool) {
        var failures = FailureTally()
        for line in report.lines { failures.add(line.failures) }
        guard let text = failures.text else { return }
        let reasons = failures.reasons.map(\.failure)
        // What ends the run is said with its end.
        if report.ending == nil || reasons.contains(where: { if case .unfit = $0 { true } else { false } }) {
            let refusals = reasons.compactMap { if case .refused(let refusal) = $0 { refusal } else { nil } }
            status = refusals.map(CommandError.status(ofWrite:)).max { $0.rawValue < $1.rawValue } ?? .finding
            let what: TerminalText =
                isPreview
                ? "\(Format.count(failures.count, "row")) cannot be published"
                : "\(Format.count(failures.count, "attempt")) failed"
            note(.failed, .failure, "\(what): \(text)")
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
        if status == .success { status = .finding }
        note(
            .deliversAgain,
            .warning,
            "\(Format.count(unmarked, "message was", "messages were")) published, and "
                + (unmarked == 1 ? "its row" : "their rows") + " could not be marked: another dispatcher publishes "
                + (unmarked == 1 ? "it" : "them") + " again"
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

extension OutboxDispatchEndingText {
    /// What an operator should know before rows are published.
    static func findings(ofPlan report: DispatchReport) -> [Finding] {
        report.problems.map(\.finding) + problems(of: report) + otherKeys(report) + trimming(report)
    }

    /// What an operator should know of Redis where no row is due.
    static func findings(of look: IdleLook) -> [Finding] {
        guard look.hasStreams else {
            return [
                Finding(
                    .otherServer,
                    .warning,
                    "\(look.server) has none of the streams that the outboxes are published to: is this the Redis of these services? "
                        + "(caracalctl provision creates them)"
                )
            ]
        }
        switch look.key {
        case .refused(let refusal, let tried):
            return [.untriedKey(for: SignatureTarget(key: tried).stream, on: tried, refusal)]
        case .fitsNone(let signed): return [otherKey(0, signed)]
        case .fitsFew(let fitting, let signed), .fitsFewElsewhere(let fitting, let signed):
            return [otherKey(fitting, signed)]
        case .fits, .fitsSome, .unknown: return []
        }
    }

    private static func otherKey(_ fitting: UInt64, _ signed: UInt64) -> Finding {
        Finding(
            .invalidSignature,
            .warning,
            "\(signed - fitting) of the newest \(Format.count(signed, "signed entry", "signed entries")) of the streams "
                + "\(signed - fitting == 1 ? "was" : "were") not signed with this STREAMS_HMAC_KEY: is it the services' key?"
        )
    }

    private static func status(of problem: DispatchProblem) -> ExitStatus {
        switch problem {
        case .stream(let problem): CommandError(problem, by: "Redis").status
        case .writesRefused: .refusedForNow
        case .otherKey: .configuration
        }
    }

    /// Of each stream whose rows are left alone, in the order of `problems`: which one it is and why, however many rows there are.
    static func causes(in report: DispatchReport) -> [String] {
        report.lines.compactMap { line in
            guard let problem = line.problem else { return nil }
            // How many signatures do not fit changes with every entry.
            if case .otherKey = problem { return "\(line.stream.name) key" }
            return "\(line.stream.name) \(problem.text.text)"
        }
    }

    /// The streams whose rows are left alone, and why.
    static func problems(of report: DispatchReport) -> [Finding] {
        report.lines.compactMap { line in
            guard let problem = line.problem else { return nil }
            let code: Finding.Code =
                switch problem {
                case .stream(.missing): .noStream
                case .stream(.otherType): .wrongType
                case .stream: .refused
                case .writesRefused: .writesRefused
                case .otherKey: .invalidSignature
                }
            let count = line.waiting ?? 0
            let rows: TerminalText =
                if case .writesRefused = problem {
                    "\(Format.count(count, "row")) for \(line.stream.shortName) \(count == 1 ? "is" : "are")"
                } else {
                    "its \(Format.count(count, "row is", "rows are"))"
                }
            return Finding(code, .failure, stream: line.stream.name, "\(problem.text); \(rows) left alone")
        }
    }

    /// The streams whose newest entries were signed with another key, some of them, or all where they are published to all the same.
    private static func otherKeys(_ report: DispatchReport) -> [Finding] {
        report.lines.compactMap { line in
            guard line.problem == nil else { return nil }
            let word = line.stream.word
            switch line.key {
            case .fits, .unknown: return nil
            case .refused(let refusal, let tried): return .untriedKey(for: line.stream, on: tried, refusal)
            case .fitsSome(0, let signed):
                return Finding(
                    .invalidSignature,
                    .warning,
                    stream: line.stream.name,
                    "\(signed) of the newest \(signed) signed entries of \(line.stream.name) \(signed == 1 ? "was" : "were") not signed with this "
                        + "STREAMS_HMAC_KEY (caracalctl verify-sig \(word))"
                )
            case .fitsSome, .fitsFew: return line.key.mixture(on: line.stream)
            case .fitsNone, .fitsFewElsewhere:
                return Finding(
                    .invalidSignature,
                    .warning,
                    stream: line.stream.name,
                    "no entry shows that this STREAMS_HMAC_KEY is that of the consumers of \(line.stream.name): with another "
                        + "one they skip what is published"
                )
            }
        }
    }

    /// The streams of which trimming deletes what groups have not been given, or more than the table's bound has deleted.
    private static func trimming(_ report: DispatchReport) -> [Finding] {
        report.lines.compactMap { line in
            guard line.problem == nil, let trimming = line.trimming else { return nil }
            let trims = "publishing trims \(line.stream.name) to about \(Format.grouped(UInt(line.maxLength))) entries"
            let lost = trimming.readers.map {
                "up to \(Format.count($0.unread, "entry", "entries")) that \($0.group) was not given" as TerminalText
            }
            if !lost.isEmpty || !trimming.isWhole {
                let rest: TerminalText =
                    trimming.isWhole ? "" : "what a group was not given, perhaps: how far each is behind is not known"
                let parts = (lost + (rest.isEmpty ? [] : [rest])).joined(separator: ", ")
                return Finding(.losesEntries, .warning, stream: line.stream.name, "\(trims), and deletes \(parts)")
            }
            guard line.maxLength < line.stream.bound ?? .max else { return nil }
            let bound = line.stream.bound.map { "bounds it at \(Format.grouped(UInt($0)))" } ?? "has no bound for it"
            return Finding(
                .losesEntries,
                .note,
                stream: line.stream.name,
                "\(trims), as its service does; the table \(bound)"
            )
        }
    }
}

extension DispatchReport {
    /// How many rows wait for streams that take them.
    var open: UInt64 { sum { $0.problem == nil ? $0.waiting ?? 0 : 0 } }
}

extension DispatchEnding {
    /// What a script knows it by.
    fileprivate var code: Finding.Code {
        switch self {
        case .interrupted: .interrupted
        case .noTable(let problems, _): problems.first?.finding.code ?? .missing
        case .refused: .refused
        case .replica: .replica
        case .cryptography: .failed
        case .redis, .doubt, .postgres: .lost
        }
    }
}

extension CommandError {
    /// Why dispatching ended.
    init(_ ending: DispatchEnding) {
        switch ending {
        case .interrupted(let signal): self.init(ExitStatus(signal: signal), "interrupted")
        case .redis(let error): self.init(error)
        case .replica: self.init(.replica, by: "Redis")
        case .refused(let refusal): self.init(Self.status(ofWrite: refusal), "Redis refused: \(refusal.text)")
        case .doubt(let doubt):
            // The rows wait: the same command goes on with them, once Redis lets it in.
            let status =
                Interruption.signal.map { ExitStatus(signal: $0) } ?? doubt.lasting.map { CommandError($0).status }
            self.init(status ?? .refusedForNow, "Redis was lost while rows were in hand: \(doubt.text)")
        case .postgres(let error): self.init(error)
        case .noTable(let problems, let target): self.init(problems, at: target)
        case .cryptography(let error): self.init(.internalError, "\(error)")
        }
    }
}
