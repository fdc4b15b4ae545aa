import Caracal
import Redis
import Rendering
import Text

/// One run of `find`: searches, shows what was found even when the search could not be brought to its end, and says how it
/// ended.
struct FindRun {
    private let session: Session
    private let search: EntrySearch
    private let limit: Int
    private let named: [SignatureTarget]

    /// - Parameter named: the streams that were named, each of which should be there; not those that only belong to them.
    init(_ session: Session, _ search: EntrySearch, limit: Int, named: [SignatureTarget]) {
        self.session = session
        self.search = search
        self.limit = limit
        self.named = named
        Interruption.catchSignals()
    }

    /// Shows the entries.
    func find(
        _ view: TailView,
        _ signatures: (keys: SignatureKeys, rules: SignatureRules)?,
        verifies: Bool
    ) throws -> ExitStatus {
        var writer = try FoundEntryWriter(session, search.targets, view, verifies: verifies, marks: signatures != nil)
        var judge = try signatures.map { try EntryJudge(keys: $0.keys, rules: $0.rules) }
        let connection = try session.connect()
        let progress = Progress(session)
        let report = try search.find(
            limit,
            on: channel(connection),
            judge: &judge,
            clock: WallClock.unsigned,
            afterPage: { page in
                try writer.flush(progress)
                progress.show(page.stream, done: page.searched, of: page.total)
            },
            visit: { try writer.write($0) }
        )
        try writer.flush(progress)
        progress.clear()
        var findings = report.findings(absence: absence)
        if report.isLimited {
            findings.append(Finding(.more, .note, "stopped at --limit \(limit): there may be more"))
        }
        if report.shown == 0 { findings += nothing(report) }
        findings += writer.findings
        try writer.finish(report, findings, ServerPresentation(connection))
        return try conclude(report, findings, hasFailures: writer.hasFailures)
    }

    /// Counts the entries by a value.
    func count(by path: MessagePath) throws -> ExitStatus {
        let connection = try session.connect()
        let progress = Progress(session)
        let (counts, report) = try search.count(by: path, on: channel(connection), clock: WallClock.unsigned) { page in
            progress.show(page.stream, done: page.searched, of: page.total)
        }
        progress.clear()
        var findings = report.findings(absence: absence)
        if counts.others > 0 {
            let entries = Format.count(counts.others, "entry has", "entries have")
            let kept = Format.grouped(ValueCounts.limit)
            findings.append(
                Finding(.more, .warning, "\(entries) values beyond the first \(kept), which are not told apart")
            )
        }
        if counts.groups.count > limit {
            let more = Format.count(counts.groups.count - limit, "more value", "more values")
            findings.append(Finding(.more, .note, "\(more) (--limit \(counts.groups.count) shows all)"))
        }
        if report.matched == 0 { findings += nothing(report) }
        try session.present(
            FindCountPresentation(
                groups: Array(counts.groups.prefix(limit)),
                distinct: counts.distinct,
                others: counts.others,
                report: report,
                server: ServerPresentation(connection),
                findings: findings
            )
        )
        return try conclude(report, findings, hasFailures: false)
    }

    /// How much it matters that a stream does not exist.
    private func absence(of target: SignatureTarget) -> Finding.Severity { named.contains(target) ? .failure : .note }

    private func channel(_ connection: any CommandChannel) -> ReconnectingChannel {
        session.reconnecting(connection) { successor in
            session.say(.warning, code: .reconnected, "connection lost: connected to \(successor.place) again")
        }
    }

    /// That nothing was found, where all that is there was searched.
    private func nothing(_ report: SearchReport) -> [Finding] {
        guard report.isComplete else { return [] }
        let entries = Format.count(report.searched, "entry was", "entries were")
        return [Finding(.noMatch, .failure, "nothing found: \(entries) searched")]
    }

    private func conclude(_ report: SearchReport, _ findings: [Finding], hasFailures: Bool) throws -> ExitStatus {
        session.say(findings)
        if let failure = CommandError(report.ending) { throw failure }
        let status = ExitStatus(findings, refusals: report.refusals)
        return status == .success && hasFailures ? .finding : status
    }
}

extension CommandError {
    /// Why a search is not whole; nil when it is.
    fileprivate init?(_ ending: SearchReport.Ending) {
        let rest: TerminalText = "the rest was not searched"
        switch ending {
        case .complete: return nil
        case .interrupted(let signal): self = .interrupted(by: signal, rest)
        case .lost(let error): self = CommandError(error).adding(rest)
        }
    }
}
