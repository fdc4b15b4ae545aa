import Caracal
import Redis
import Rendering
import Text

/// One run of `verify-sig`: checks, shows what was found even when it could not be brought to its end, and says how it ended.
struct VerifySigRun {
    private let session: Session
    private let rules: SignatureRules
    /// Where the verdicts on all entries go; nil when they are not wanted.
    private let lines: VerdictLines?
    private let progress: Progress

    init(_ session: Session, rules: SignatureRules, prefersLines: Bool) {
        self.session = session
        self.rules = rules
        lines = prefersLines ? VerdictLines(session.stream) : nil
        progress = Progress(session, besideLines: prefersLines)
        Interruption.catchSignals()
    }

    /// Checks streams on the server.
    func check(_ operation: VerifySignatures, _ keys: SignatureKeys) throws -> ExitStatus {
        let connection = try session.connect()
        var check = try check(with: keys)
        let clock = WallClock.unsigned
        let report = try operation.run(on: connection, &check, clock: clock) { page in
            try lines?.flush()
            progress.show(page.stream, done: page.checked, of: page.total)
        }
        let empty = EmptyCheck.finding(report, operation.selection, now: clock, session.stream.look.zone)
        return try conclude(report, connection, empty: empty)
    }

    /// Checks the entries in a file.
    func check(file path: String, _ targets: [SignatureTarget], _ keys: SignatureKeys) throws -> ExitStatus {
        let file = try InputFile(path)
        var check = try check(with: keys)
        let operation = VerifyStoredEntries(descriptor: file.descriptor, targets: targets)
        let report = try operation.run(&check) { count in
            try lines?.flush()
            progress.show(path.utf8, done: UInt64(count), in: file)
        }
        let name: TerminalText = path == "-" ? "standard input" : TerminalText(path)
        return try conclude(report, nil, file: name, empty: EmptyCheck.finding(report, file: name))
    }

    private func check(with keys: SignatureKeys) throws(CryptographyError) -> SignatureCheck {
        guard let lines else { return try SignatureCheck(keys: keys, rules: rules) }
        return try SignatureCheck(keys: keys, rules: rules) { lines.append($0, $1) }
    }

    private func conclude(
        _ report: SignatureReport,
        _ connection: (any CommandChannel)?,
        file: TerminalText = "",
        empty: Finding?
    ) throws -> ExitStatus {
        progress.clear()
        let hints = connection == nil ? [] : ResignHint.findings(report)
        let findings = report.findings + hints + [empty].compactMap(\.self)
        if let lines {
            try lines.flush()
        } else {
            try session.presentVerdict(
                VerifyPresentation(
                    report: report,
                    server: connection.map { ServerPresentation($0) },
                    findings: findings,
                    route: connection.map { FixRoute(session, to: $0.endpoint) },
                    problemsOnly: session.output.isQuiet.value
                )
            )
        }
        session.say(findings)
        if let failure = CommandError(report.ending, of: file) { throw failure }
        return ExitStatus(report)
    }
}

extension ExitStatus {
    /// What a report that is whole comes to. An entry that could not be checked for want of a key outweighs what was found.
    fileprivate init(_ report: SignatureReport) {
        let refusals = report.streams.compactMap { stream -> Refusal? in
            if case .refused(let refusal) = stream.state { refusal } else { nil }
        }
        let status = ExitStatus(report.findings, refusals: refusals)
        self = report.unchecked > 0 && (status == .success || status == .finding) ? .configuration : status
    }
}

extension CommandError {
    /// Why a check is not whole; nil when it is.
    ///
    /// - Parameter rest: what that means.
    init?(
        _ ending: SignatureCheckEnding,
        of file: TerminalText,
        rest: TerminalText = "what comes after was not checked"
    ) {
        switch ending {
        case .complete: return nil
        case .interrupted(let signal): self = .interrupted(by: signal, rest)
        case .lost(let error): self = CommandError(error).adding(rest)
        case .unreadable(let error): self.init(.malformedInput, "\(file): \(error); \(rest)")
        case .malformed(let line, let error): self.init(.malformedInput, "\(file): line \(line), \(error); \(rest)")
        case .tooManyStreams(let line, let limit):
            self.init(
                .malformedInput,
                "\(file): line \(line) names one stream more than the \(limit) that can be told apart; \(rest)"
            )
        }
    }
}
