import ArgumentParser
import Caracal
import Postgres
import Redis
import Rendering
import Text

/// `caracalctl outbox show`
struct OutboxShowCommand: BusCommand {
    static let effect = Effect.reads
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one row, its message, and the entry it became. [reads]",
        discussion: """
            The fields are those that the service's dispatcher sends, without the signature. If a Redis server is named \
            (REDIS_URL, a context, options), the stream and its dead letters are searched for the entry that has the row's id as its \
            outbox_id, from ten minutes before the row was made: the stream until ten minutes after the row was published, dead letters to their \
            end. Where they could not be searched, the entry is unknown, and it ends with the status of the cause: 77, 75, 69, 76, or 1 \
            for a key of another type, for more entries than it searches, and for a row that does not tell when it was made.

              caracalctl outbox show 019b8414-9f07-7d6e-8d35-c5a5f5c6c6a1
              caracalctl outbox show 019b8414-9f07-7d6e-8d35-c5a5f5c6c6a1 -o json
            """
    )

    @Argument(help: ArgumentHelp("The row's id: the entry's outbox_id.", valueName: "id"))
    var id: String

    func validate() throws { _ = try OutboxIDs.resolve([id]) }

    func run(in session: Session) throws -> ExitStatus {
        let look = OutboxRowLook(ids: [Array(id.utf8)])
        let database = try session.database()
        let report = try look.run(on: database)
        try OutboxProblem.requireOne(report.problems, at: database.target)
        var findings = report.problems.map(\.finding)
        if report.rows.isEmpty {
            findings.append(Finding(.noEntry, .failure, "there is no row \(id) in the tables that could be looked at"))
        }
        let search = OutboxEntrySearch(session)
        var shown: [OutboxShowPresentation.Shown] = []
        // The weightiest reason for not knowing what a row became.
        var gap = ExitStatus.success
        for row in report.rows {
            let entries = try search.entries(of: row, now: report.now)
            findings += entries.findings
            if entries.status.rawValue > gap.rawValue { gap = entries.status }
            let rules = SignatureRules(session.source)
            shown.append(
                OutboxShowPresentation.Shown(
                    row: row,
                    entries: entries,
                    requiresSignatures: rules.requiresSignatures
                )
            )
        }
        try session.present(
            OutboxShowPresentation(
                shown: shown,
                now: report.now,
                server: DatabasePresentation(database),
                findings: findings
            )
        )
        session.say(findings)
        // What may not be read may have the row.
        let (status, lack) = (ExitStatus(findings), OutboxProblem.status(report.problems))
        let found = status == .success || lack == .noRights ? lack : status
        return gap.rawValue > found.rawValue ? gap : found
    }
}

/// Looks for the entries that a row became, where a Redis server is named.
struct OutboxEntrySearch {
    /// What came of it.
    enum Result {
        /// No server is named.
        case notAsked
        /// The row does not tell when it was made, and so not where to search.
        case undated
        /// It cannot be asked, and why.
        case failed(CommandError)
        /// The stream and its dead letters were searched.
        case found(TraceReport)

        /// What to say of it beside the row.
        var findings: [Finding] {
            switch self {
            case .notAsked: return []
            case .undated:
                return [
                    Finding(
                        .timeUnknown,
                        .warning,
                        "whether it is in its stream is not known: the row does not tell when it was made (caracalctl trace searches from a "
                            + "time on with --since)"
                    )
                ]
            case .failed(let failure):
                return [
                    Finding(
                        .serverUnreachable,
                        .warning,
                        "whether it is in its stream is not known: \(failure.message)"
                    )
                ]
            case .found(let report):
                let consequence: TerminalText =
                    isUnknown ? "whether it is in its stream is not known" : "not all was searched for it"
                var findings = report.gaps.map {
                    Finding($0.code, .warning, stream: $0.stream, "\(consequence): \($0.message)")
                }
                if report.isCut {
                    findings.append(
                        Finding(
                            .more,
                            .warning,
                            "\(report.isEmpty ? "whether it is in its stream is not known: " : "")not all of its stream and its dead letters "
                                + "was searched (caracalctl trace searches from another time on with --since)"
                        )
                    )
                }
                return findings
            }
        }

        /// Whether it may be there all the same: nothing was found, and not all could be searched.
        var isUnknown: Bool {
            switch self {
            case .notAsked: false
            case .undated, .failed: true
            case .found(let report): report.isEmpty && (report.isCut || !report.gaps.isEmpty)
            }
        }

        /// The status that not knowing comes to.
        var status: ExitStatus {
            switch self {
            case .undated: .finding
            case .failed(let failure): failure.status
            case .found(let report) where isUnknown:
                report.gaps.isEmpty ? .finding : ExitStatus(report.gaps, refusals: report.unread.map(\.refusal))
            case .notAsked, .found: .success
            }
        }
    }

    let session: Session

    init(_ session: Session) { self.session = session }

    /// For this long after it was published, and before it was made, its entry is looked for, in milliseconds: clocks differ.
    private static let margin: UInt64 = 600_000

    /// Looks; nothing is changed.
    func entries(of row: OutboxRow, now: UInt64) throws -> Result {
        guard session.settings.address.origin != .standard else { return .notAsked }
        guard let made = row.createdAt else { return .undated }
        let own = SignatureTarget(key: row.stream)
        let letters = SignatureTarget.deadLetters.filter { $0.source?.key == row.stream }
        let last = (row.publishedAt ?? now).saturatingAdd(Self.margin)
        var trace = MessageTrace(
            .produced(row.id, milliseconds: made),
            targets: [own] + letters,
            places: [own] + letters,
            window: (Self.margin, Self.margin),
            range: (.millisecond(made - min(made, Self.margin)), .millisecond(last)),
            claimIdle: try AuditSettings(session.source).claimIdle
        )
        trace.reachesAllLetters = true
        do {
            let connection = try session.connect()
            return .found(
                try trace.run(
                    on: connection,
                    keys: try DeadLetterKeys.load(session),
                    rules: SignatureRules(session.source),
                    clock: WallClock.unsigned
                )
            )
        } catch let error as RedisError {
            // Who asked to stop is not told about a server.
            if error.signal != nil { throw error }
            return .failed(CommandError(error))
        }
    }
}

/// How `outbox show` shows a row.
struct OutboxShowPresentation: Presentable {
    /// A row, and what it became.
    struct Shown {
        let row: OutboxRow
        let entries: OutboxEntrySearch.Result
        /// Whether consumers skip an entry that is not signed.
        let requiresSignatures: Bool
    }

    let shown: [Shown]
    /// The clock of the database in Unix milliseconds.
    let now: UInt64
    let server: DatabasePresentation
    let findings: [Finding]
    let at = WallClock.now

    func table(_ look: TerminalLook) -> ScreenText {
        shown.map { text($0, DetailLines(look: look)) }.joined(separator: "\n")
    }

    private func text(_ shown: Shown, _ lines: DetailLines) -> ScreenText {
        let row = shown.row
        var text = lines.text(head(row, lines) + entry(shown))
        switch row.message {
        case .success(let message): text += lines.text(message, titled: "fields")
        case .failure(let error): text += "fields  cannot be published: \(error.text)\n"
        case nil: break
        }
        return text
    }

    private func head(_ row: OutboxRow, _ lines: DetailLines) -> [(TerminalText, TerminalText)] {
        let moment = { (time: UInt64) in lines.look.zone.timestamp(milliseconds: time) ?? "\(time)" }
        let since = { (time: UInt64) in
            row.createdAt.map { "  \(Self.signed(Int(clamping: time) - Int(clamping: $0)))" } ?? ""
        }
        var head: [(TerminalText, TerminalText)] = [
            ("row", "\(row.id)"), ("in", "\(row.outbox.name) (\(row.outbox.owner))"),
            ("for", DeadLetterWords.name(row.stream)), ("state", row.stateWords),
            ("attempts", "\(row.attempts)"),
            ("created", row.createdAt.map { "\(moment($0))" } ?? "unknown"),
        ]
        if let time = row.publishedAt { head.append(("published", "\(moment(time))\(since(time))")) }
        if row.state != .published {
            let next: TerminalText = row.availableAt.map { $0 > now ? "\(moment($0))" : "now" } ?? "never"
            head.append(("next", next))
        }
        if let time = row.lockedUntil {
            let worker: TerminalText = row.lockedBy.map { " by \($0)" } ?? ""
            head.append(("locked", "until \(moment(time))\(worker)"))
        }
        if let error = row.lastError { head.append(("last error", TerminalText(error))) }
        if let reference = row.reference {
            head.append((row.outbox == .api ? "request id" : "dedupe key", TerminalText(reference)))
        }
        return head
    }

    private static func signed(_ milliseconds: Int) -> String {
        (milliseconds < 0 ? "" : "+") + Format.duration(milliseconds: milliseconds)
    }

    /// The entries it became.
    private func entry(_ shown: Shown) -> [(TerminalText, TerminalText)] {
        switch shown.entries {
        case .notAsked: return [("entry", "not asked (no Redis server is named)")]
        case .undated, .failed: return [("entry", "unknown")]
        case .found where shown.entries.isUnknown: return [("entry", "unknown")]
        case .found(let report):
            let found = report.entries.map { entry in
                (
                    "entry",
                    "\(entry.id) in \(DeadLetterWords.name(entry.target.key))\(Self.skipping(entry, shown.requiresSignatures))"
                ) as (TerminalText, TerminalText)
            }
            let letters = report.letters.map { letter in
                ("dead letter", "\(letter.entry.id) in \(DeadLetterWords.name(letter.entry.target.key))")
                    as (TerminalText, TerminalText)
            }
            let searched = Format.count(report.searched, "entry", "entries")
            return report.isEmpty ? [("entry", "none found (\(searched) searched)")] : found + letters
        }
    }

    /// That consumers skip an entry, and why; empty where they do not, or where that is not known.
    private static func skipping(_ entry: TraceReport.Entry, _ requiresSignatures: Bool) -> TerminalText {
        guard let judgement = entry.entry?.judgements.first(where: { $0.part == .entry }) else { return "" }
        switch judgement.outcome {
        case .valid, .unchecked: return ""
        case .invalid: return ": its signature is not valid, consumers skip it"
        case .unsigned:
            return requiresSignatures && judgement.needsSignature ? ": it is not signed, consumers skip it" : ""
        }
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.outbox-show/1",
            at: at,
            server: server.json,
            items: shown.map { .object($0.row.members(at: now) + details($0)) },
            summary: ["found": JSONValue(shown.count)],
            warnings: findings.warnings
        )
    }

    /// What a list of rows has not.
    private func details(_ shown: Shown) -> [JSONMember] {
        let time = shown.row.publishedAt.flatMap { Format.timestamp(milliseconds: $0) }
        return [JSONMember("published_at", JSONValue(time))] + entries(shown)
    }

    private func entries(_ shown: Shown) -> [JSONMember] {
        let fields: JSONValue
        if case .success(let message)? = shown.row.message { fields = .fields(message) } else { fields = .null }
        guard case .found(let report) = shown.entries, !shown.entries.isUnknown else {
            return [JSONMember("fields", fields), JSONMember("entries", .null)]
        }
        let found =
            report.entries.map { ($0.target.key, $0.id, judgements: $0.entry?.judgements, part: Judgement.Part.entry) }
            + report.letters.map { ($0.entry.target.key, $0.entry.id, $0.entry.judgements, $0.entry.part) }
        let entries = found.map { stream, id, judgements, part in
            [
                "stream": .bytes(stream), "id": .string("\(id)"),
                "signature": JSONValue(judgements?.first { $0.part == part }?.verdict),
            ] as JSONValue
        }
        return [JSONMember("fields", fields), JSONMember("entries", .array(entries))]
    }
}
