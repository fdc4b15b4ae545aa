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
            time: time,
            verdict: look.verdict,
            tone: look.tone,
            facts: facts,
            sections: [findings] + [frames.map { ReportPlots($0, zone).section }].compactMap(\.self)
                + (look.bus.map {
                    ReportTables($0, isRecorded: frames.map { $0.recording.frames > 0 } ?? false).sections
                } ?? []) + outboxes + unknown
        )
    }

    private var title: TerminalText {
        look.bus.map { "\($0.server.isOfCluster ? "cluster of " : "")\($0.server.address)" }
            ?? look.target
    }

    /// When it was made, and from when to when something was recorded for it.
    private var time: TerminalText {
        let moment = moment(look.at)
        guard let recording = frames?.recording, recording.frames > 0 else { return moment }
        let span = "\(zone.span(from: recording.first, to: recording.end))"
        return recording.frames == 1 ? "\(moment), one look at \(span)" : "\(moment), recorded \(span)"
    }

    private var facts: [(name: TerminalText, value: TerminalText)] {
        var facts: [(name: TerminalText, value: TerminalText)] = [("Looked at", moment(look.at))]
        if let context = look.context { facts.append(("Context", "\(context)")) }
        facts.append(("Server", server))
        if let database = look.database { facts.append(("Database", text(database))) }
        if let frames { facts.append(("Recorded", recorded(frames))) }
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

    private func recorded(_ frames: ReportFrames) -> TerminalText {
        let recording = frames.recording
        let origin: TerminalText = others(frames).map { " of \($0)" } ?? ""
        let end: TerminalText = frames.cut.map { "; cut short at \(moment($0.time)) by \($0.name)" } ?? ""
        guard recording.frames > 0 else { return "nothing\(end)" }
        guard recording.frames > 1 else { return "one look\(origin), \(moment(recording.first))\(end)" }
        return
            "\(moment(recording.first)) to \(moment(recording.last)), \(Format.count(recording.frames, "frame"))\(origin)\(end)"
    }

    /// Whose frames they are, where that is not the server that was asked, or none was.
    private func others(_ frames: ReportFrames) -> TerminalText? {
        guard case .file = frames.origin else { return nil }
        return frames.servers(except: look.bus?.server.address)
    }

    /// That the plots may be of another bus than all else; nil where they are of the one that was asked.
    var strangeness: Finding? {
        guard let frames, let address = look.bus?.server.address, let others = others(frames) else { return nil }
        return Finding(
            .otherServer,
            .warning,
            "the frames are of \(others), and what else is in the report is of \(address): another address, perhaps another bus"
        )
    }

    private func moment(_ milliseconds: Int) -> TerminalText { Self.moment(milliseconds, zone) }

    /// A moment to the second, with its zone.
    static func moment(_ milliseconds: Int, _ zone: ClockZone) -> TerminalText {
        TerminalText(keeping: zone.span(from: milliseconds, to: milliseconds))
    }

    // MARK: Findings

    private var findings: DocumentSection {
        guard let bus = look.bus else {
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
                            sentence: "\(look.sentence): \(look.reason)"
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
        let ok = bus.diagnosis.checks(.ok)
        let closing: TerminalText = "\(bus.made); \(Format.grouped(ok)) ok."
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
        let programs = ["caracalctl ", "test ", "redis-cli ", "CARACALCTL_", "chmod ", "psql ", "kubectl ", "openssl "]
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
            + seen.problems.map { .text($0.text) }
            + (errors.isEmpty ? [] : [.table(errors, caption: "Why rows were not published (event_outbox)")])
    }

    // MARK: What is not known

    private var unknown: [DocumentSection] {
        var items: [TerminalText] = []
        if let bus = look.bus {
            items = reasons(bus.diagnosis)
            if case .failure(let failure) = bus.deadLetters { items.append("dead letters: \(failure.message)") }
        }
        if !look.hasDatabase {
            items.append("outboxes: no database is named (DATABASE_URL)")
        } else if look.outboxes == nil {
            items.append("outboxes: the database was not looked at: \(look.reason)")
        }
        if let strangeness { items.append(strangeness.message) }
        items += (frames?.doubts ?? []).map { "frames: \($0)" }
        guard !items.isEmpty else { return [] }
        return [DocumentSection("unknown", "Not known", [.list(items)])]
    }
}

extension ReportDocument {
    /// What could not be found out: each reason once, with the checks that have no answer for it.
    private func reasons(_ diagnosis: Diagnosis) -> [TerminalText] {
        var reasons: [(sentence: TerminalText, checks: [String])] = []
        var places: [String: Int] = [:]
        for item in diagnosis.items where item.outcome.status == .unknown {
            let sentence = item.outcome.sentence.words(zone)
            if let place = places[sentence.text] {
                if !reasons[place].checks.contains(item.check) { reasons[place].checks.append(item.check) }
            } else {
                places[sentence.text] = reasons.count
                reasons.append((sentence, [item.check]))
            }
        }
        let rest = reasons.count - 100
        return reasons.prefix(100).map { "\($0.checks.joined(separator: ", ")): \($0.sentence)" }
            + (rest > 0 ? ["and \(Format.grouped(rest)) more"] : [])
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
