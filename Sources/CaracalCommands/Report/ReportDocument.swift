import Caracal
import Postgres
import Redis
import Rendering
import Text

/// A report as a document: what is wrong first, then what it did over time, then how it is.
struct ReportDocument {
    let look: ReportLook
    /// What was recorded; nil where nothing was to be.
    let frames: ReportFrames?
    let zone: ClockZone

    /// The document.
    var document: Document {
        Document(
            kind: "caracalctl report",
            title: title,
            verdict: look.verdict,
            tone: look.tone,
            facts: facts,
            sections: [findings] + [frames.map { ReportPlots($0, zone).section }].compactMap(\.self)
                + (look.bus.map { ReportTables($0).sections } ?? []) + outboxes + unknown
        )
    }

    private var title: TerminalText {
        look.bus.map { "\($0.server.isOfCluster ? "cluster of " : "")\(TerminalText($0.server.address))" }
            ?? look.target
    }

    private var facts: [(name: TerminalText, value: TerminalText)] {
        var facts: [(name: TerminalText, value: TerminalText)] = [("Looked at", moment(look.at))]
        if let context = look.context { facts.append(("Context", "\(context)")) }
        facts.append(("Server", server))
        if let database = look.database { facts.append(("Database", text(database))) }
        if let frames { facts.append(("Recorded", span(frames.recording))) }
        facts.append(("Made by", "caracalctl \(Version.number)"))
        return facts
    }

    private var server: TerminalText {
        guard let server = look.bus?.server else { return "not reached" }
        let words = [server.identity.version?.shortText, server.identity.standing].compactMap(\.self)
        return words.isEmpty ? "does not say what it is" : "\(words.joined(separator: ", "))"
    }

    private func text(_ database: DatabasePresentation) -> TerminalText {
        let name: TerminalText = database.identity.map { "\($0.database) at " } ?? ""
        let version: TerminalText = database.identity.map { " (PostgreSQL \($0.version))" } ?? ""
        return "\(name)\(database.address)\(version)"
    }

    private func span(_ recording: Recording) -> TerminalText {
        guard recording.frames > 0 else { return "nothing" }
        return
            "\(moment(recording.first)) to \(moment(recording.last)), \(Format.count(recording.frames, "frame"))"
    }

    private func moment(_ milliseconds: Int) -> TerminalText {
        TerminalText(keeping: zone.timestamp(milliseconds: milliseconds / 1000 * 1000).map(Self.shortened) ?? "unknown")
    }

    /// A moment without its milliseconds: `2026-01-03 12:47:05 UTC`.
    static func shortened(_ timestamp: String) -> String {
        let zone = timestamp.dropFirst(23)
        return "\(timestamp.prefix(10)) \(timestamp.dropFirst(11).prefix(8)) \(zone == "Z" ? "UTC" : zone)"
    }

    // MARK: Findings

    private var findings: DocumentSection {
        guard let bus = look.bus else {
            let reason: TerminalText = look.failure?.message ?? "it was not asked"
            return DocumentSection(
                "findings",
                "Findings",
                [
                    .findings([
                        DocumentFinding(
                            number: 1,
                            tone: .failure,
                            word: "FAILURE",
                            check: "connection",
                            sentence: "The server could not be looked at: \(reason)"
                        )
                    ]),
                    .remark("Nothing is known of its streams, groups and memory as they are now."),
                ]
            )
        }
        let numbered = NumberedFindings(bus.diagnosis) { $0 == .failure || $0 == .warning || $0 == .note }
        let rest = numbered.hidden.map { check, count -> TerminalText in
            "and \(Format.grouped(UInt(count))) more of \(check): \(bus.route.text(NumberedFindings.command(check))) lists all"
        }
        let count = bus.diagnosis.checks
        let ok = bus.diagnosis.checks(.ok)
        let closing: TerminalText = "\(Format.count(count, "check")) made, \(Format.grouped(ok)) ok."
        let list: [DocumentBlock] =
            numbered.shown.isEmpty ? [] : [.findings(numbered.shown.map { finding($0, $1, bus) })]
        return DocumentSection(
            "findings",
            "Findings",
            list + (rest.isEmpty ? [] : [.list(rest)]) + [.remark(closing)]
        )
    }

    private func finding(_ item: Diagnosis.Item, _ number: Int?, _ bus: ReportLook.Bus) -> DocumentFinding {
        let place = bus.diagnosis.items.firstIndex(of: item)
        return DocumentFinding(
            number: number,
            tone: item.outcome.status.tone,
            word: TerminalText(keeping: item.outcome.status.word),
            check: TerminalText(item.check),
            sentence: bus.route.words(item.outcome.sentence.words(zone)),
            evidence: item.outcome.evidence?.words(zone),
            fix: item.outcome.fix.map { Self.fix(bus.route.text($0)) },
            samples: place.flatMap { bus.samples[$0] } ?? []
        )
    }

    /// A fix that is typed, or one that is read.
    private static func fix(_ text: TerminalText) -> DocumentFinding.Fix {
        let programs = ["caracalctl ", "redis-cli ", "CARACALCTL_", "chmod ", "psql ", "kubectl ", "openssl "]
        return programs.contains { text.text.hasPrefix($0) } ? .command(text) : .sentence(text)
    }

    // MARK: Outboxes

    private var outboxes: [DocumentSection] {
        guard let sight = look.outboxes else { return [] }
        let blocks: [DocumentBlock] =
            switch sight {
            case .unreachable(let reason): [.text("The database could not be asked: \(reason)")]
            case .seen(let seen): tables(seen)
            }
        return [DocumentSection("outboxes", "Outboxes", blocks)]
    }

    private func tables(_ seen: OutboxExamination) -> [DocumentBlock] {
        guard let database = look.database else { return [] }
        let status = OutboxStatusPresentation(
            report: seen.status,
            tables: OutboxTable.allCases,
            server: database,
            findings: [],
            problemsOnly: false
        )
        var errors = TextTable([Column("ERROR"), Column("ROWS", .right), Column("STATE")])
        for error in seen.errors.prefix(20) {
            errors.append([Cell(bytes: error.kind), Cell(count: error.count), error.isDead ? "dead" : "retried"])
        }
        return [status.mainTable.map { .table($0, caption: nil) }].compactMap(\.self)
            + seen.lacks.map { .text($0.text) }
            + (errors.isEmpty ? [] : [.table(errors, caption: "Why rows were not published (event_outbox)")])
    }

    // MARK: What is not known

    private var unknown: [DocumentSection] {
        var items: [TerminalText] = []
        if let bus = look.bus {
            let unknown = bus.diagnosis.items.filter { $0.outcome.status == .unknown }
            items += unknown.prefix(100).map { "\($0.check): \($0.outcome.sentence.words(zone))" }
            if unknown.count > 100 { items.append("and \(Format.grouped(unknown.count - 100)) more") }
            if case .failure(let failure) = bus.deadLetters { items.append("dead letters: \(failure.message)") }
        }
        if look.outboxes == nil { items.append("outboxes: no database is named (DATABASE_URL)") }
        items += (frames?.doubts ?? []).map { "frames: \($0)" }
        guard !items.isEmpty else { return [] }
        return [DocumentSection("unknown", "Not known", [.list(items)])]
    }
}

extension CheckOutcome.Status {
    fileprivate var tone: Document.Tone {
        switch self {
        case .failure: .failure
        case .warning: .warning
        case .unknown, .note: .note
        case .ok: .ok
        }
    }
}
