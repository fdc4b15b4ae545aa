import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl trace`
struct TraceCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "trace",
        _superCommandName: Caracalctl.name,
        abstract: "Follow one message through streams, groups and dead letters. [reads]",
        discussion: """
            Takes an entry's id, an outbox_id or an audit event's id, or values in the message: FIELD=VALUE, with a path into \
            JSON and the operators of --where. Shows the entry with its signature, each group, dead letters, and further entries \
            of the same message (published twice, or redriven), with the evidence for each; a message without an id of its own \
            is told by what it says. Of an entry that is in no stream it shows where it may have been. Ends with status 1 when \
            nothing was found, or a station failed the message.

            A UUIDv7 names its millisecond: entries within --window of it are searched, and dead letters from there on; those of an \
            entry from --window before its id on, and all of them where its id lies ahead of the server's clock. Values \
            name no time: the last hour is searched, or what --since says. Where \
            DATABASE_URL is set, the row is shown that the message began as, found by its outbox_id. Around the time at which that \
            was published entries are searched as well, and one with a bad signature is compared with the row: only an entry that \
            says the same was published from it.

              caracalctl trace 1767443990017-2 --stream sessions.revoke
              caracalctl trace 019b8414-9f07-7d6e-8d35-c5a5f5c6c6a1
              caracalctl trace session_id=s-9 --since 2h
              caracalctl trace data.decision=deny --since 10m -o ndjson
            """
    )

    @Argument(
        help: ArgumentHelp("An entry's id, an outbox_id, an event's id, or values in the message.", valueName: "what")
    )
    var what: [String] = []

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Only this stream and its dead letters (default: all); repeatable.", valueName: "stream"),
        completion: .streams
    )
    var stream: [String] = []

    @Option(
        help: ArgumentHelp(
            "How far from the message's time to search (default: from 1m before to 10m after).",
            valueName: "duration"
        )
    )
    var window: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Instead of --window: start at this place.", valueName: "place")
    )
    var since: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("With --since: end at this place, inclusive.", valueName: "place")
    )
    var until: String?

    @Flag(help: "Accept stream names that are not in the provisioning table.")
    var anyStream = false

    func validate() throws {
        _ = try OptionText.duration(window, "--window")
        if window != nil, since != nil { throw ValidationError("--window and --since: give one of the two") }
        if until != nil, since == nil { throw ValidationError("--until goes with --since") }
        _ = try range()
        _ = try name()
    }

    func run(in session: Session) throws -> ExitStatus {
        let audit = try AuditSettings(session.source)
        let name = try name()
        let (named, related) = try targets()
        let trace = MessageTrace(
            name,
            targets: named + related,
            places: stream.isEmpty ? named + related : named,
            window: try OptionText.duration(window, "--window").map { (before: $0, after: $0) } ?? Self.standardWindow,
            range: try range() ?? standardRange(name),
            claimIdle: audit.claimIdle
        )
        let keys = try DeadLetterKeys.load(session)
        let rules = SignatureRules(session.source)
        let connection = try session.connect()
        var report = try trace.run(on: connection, keys: keys, rules: rules, clock: WallClock.unsigned)
        var rows = try TraceRows(of: report, name, in: session)
        let wider = trace.reaching(rows.rows)
        if let wider {
            report = try wider.run(on: connection, keys: keys, rules: rules, clock: WallClock.unsigned)
            // What is found only now may name other rows.
            rows = try TraceRows(of: report, name, in: session)
        }
        let stations = TraceStations(
            report,
            claimIdle: audit.claimIdle,
            rules: rules,
            rows: rows
        )
        let findings = findings(report, stations, name, rows, reachesRows: wider != nil)
        let route = FixRoute(session, to: connection.endpoint)
        try session.present(
            TracePresentation(
                report: report,
                stations: stations,
                next: (rows.advice + TraceAdvice(report, rows, claimIdle: audit.claimIdle).commands).map(route.text),
                findings: findings,
                server: ServerPresentation(connection)
            )
        )
        session.say(findings)
        // A table that may not be read may have the row.
        let (status, lack) = (ExitStatus(findings, refusals: report.refusals), OutboxProblem.status(rows.gaps))
        return lack.rawValue > status.rawValue ? lack : status
    }

    /// An entry comes later than the id that its producer gave it, but for clocks that differ.
    private static let standardWindow: (before: UInt64, after: UInt64) = (60_000, 600_000)
    private static let standardAge: UInt64 = 3_600_000

    /// What is asked for.
    private func name() throws -> MessageName {
        guard let first = what.first else {
            throw ValidationError("say which message: an entry's id, an outbox_id, an event's id, or FIELD=VALUE")
        }
        if what.count == 1, StreamPosition(typedID: first) != nil { return .entry(try OptionText.ids([first])[0]) }
        if what.count == 1, let time = MessageName.milliseconds(ofUUID: first.utf8) {
            return .produced(Array(first.utf8), milliseconds: time)
        }
        if what.count == 1, (try? MessageCondition(first.utf8)) == nil {
            guard since != nil, !first.isEmpty else {
                throw ValidationError(
                    """
                    \(TerminalText(first)) is no entry's id, no UUIDv7 and no FIELD=VALUE; an outbox_id or event id of another \
                    form names no time: give --since
                    """
                )
            }
            return .produced(Array(first.utf8), milliseconds: nil)
        }
        return .content(
            MessageSelector(
                try what.map { word in
                    do throws(MessageConditionError) { return try MessageCondition(word.utf8) } catch {
                        throw ValidationError("\(TerminalText(word)): \(error.text)")
                    }
                }
            )
        )
    }

    private func range() throws -> PlaceRange? {
        guard since != nil else { return nil }
        return try OptionText.range(since, until, otherwise: "nothing would be searched")
    }

    /// What is searched where nothing names a time.
    private func standardRange(_ name: MessageName) -> PlaceRange? {
        guard case .content = name, window == nil else { return nil }
        return (.ago(milliseconds: Self.standardAge), .end)
    }

    /// The streams, and what belongs to them: their dead letters, and of dead letters the streams that they come from.
    private func targets() throws(CommandError) -> (named: [SignatureTarget], related: [SignatureTarget]) {
        let named = try SignatureTarget.named(stream, allowsAny: anyStream)
        let origins = named.compactMap(\.source).filter { origin in !named.contains { $0.key == origin.key } }
        return (
            named,
            origins.map { SignatureTarget(key: $0.key, isOptional: true) } + SignatureTarget.deadLetters(of: named)
        )
    }

    private func findings(
        _ report: TraceReport,
        _ stations: TraceStations,
        _ name: MessageName,
        _ rows: TraceRows,
        reachesRows: Bool
    ) -> [Finding] {
        var findings = report.findings.filter { $0.severity != .note || !stream.isEmpty }
        findings += report.unreadFindings + stations.failures
        if report.isEmpty, !rows.areUnpublished {
            findings.append(Finding(.noMatch, .failure, nothing(report, name, reachesRows: reachesRows)))
        }
        findings += rows.findings
        if report.isCut {
            findings.append(
                Finding(.more, .warning, "not everything was searched: narrow it (--stream, --window, --since)")
            )
        }
        return findings
    }

    /// - Parameter reachesRows: whether it was searched around the time at which a row was published as well.
    private func nothing(_ report: TraceReport, _ name: MessageName, reachesRows: Bool) -> TerminalText {
        let searched = Format.count(report.searched, "entry was", "entries were")
        switch name {
        case .entry(let place): return absent(place, report)
        case .produced(_, .some) where since == nil:
            let times: TerminalText =
                reachesRows ? "the times that the id and its row name" : "the time that the id names"
            return "nothing found: \(searched) searched around \(times) (--window, --since search more)"
        case .content where since == nil:
            return "nothing found: \(searched) searched, of the last hour (--since goes further back)"
        case .produced, .content: return "nothing found: \(searched) searched"
        }
    }

    /// That no entry has this id, and where it may have been.
    private func absent(_ place: StreamPosition, _ report: TraceReport) -> TerminalText {
        let places = report.whereabouts.filter { $0.absence.fate != .neverAdded }
        let names = places.map { DeadLetterWords.name($0.target.key) }.joined(separator: ", ")
        guard report.unread.isEmpty else {
            let rest: TerminalText = places.isEmpty ? "" : ": it may have been in \(names)"
            return "\(place.text) was not found in what could be looked at\(rest)"
        }
        if !places.isEmpty {
            return "\(place.text) is in no stream, and no dead letter names it: it may have been in \(names)"
        }
        return report.whereabouts.isEmpty || !report.refusals.isEmpty
            ? "there is no entry \(place.text), and no dead letter names it"
            : "\(place.text) was never added to a stream that is there, and no dead letter names it"
    }
}

extension TraceReport {
    /// What could not be looked at, and why: a line for each reason.
    fileprivate var unreadFindings: [Finding] {
        let unknown = unread.filter { !$0.isTold }
        let reasons = unknown.map(\.refusal.reason.text).reduce(into: [String]()) { texts, text in
            if !texts.contains(text) { texts.append(text) }
        }
        return reasons.map { reason in
            let those = unknown.filter { $0.refusal.reason.text == reason }
            let names = those.map { DeadLetterWords.name($0.target.key) }.joined(separator: ", ")
            // It names the first of them, and the right that is missing for all.
            let cause = those.first?.refusal.text ?? ""
            return Finding(.refused, .failure, "not looked at: \(names): \(cause)")
        }
    }
}
