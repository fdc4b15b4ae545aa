import Caracal
import Redis
import Rendering
import Text

/// How `get` shows an entry.
struct GetPresentation: Presentable {
    let report: EntryLook.Report
    /// The row that it came from.
    let rows: TraceRows
    let findings: [Finding]
    let server: ServerPresentation
    let at = WallClock.now

    func table(_ look: TerminalLook) -> ScreenText {
        let lines = DetailLines(look: look)
        var text = lines.text(head(lines))
        if let entry = report.entry {
            text += lines.text(entry.message, titled: "fields")
            if let inner = entry.inner { text += lines.text(inner, titled: "the message inside") }
        }
        guard !report.groups.isEmpty else { return text }
        let groups = report.groups.map { (TerminalText(name: $0.group), $0.words) }
        return text + "groups\n" + lines.text(groups, indent: 2)
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.get/1",
            at: at,
            server: server.json,
            items: [item],
            summary: ["found": .integer(report.entry == nil ? 0 : 1)],
            warnings: findings.warnings
        )
    }

    // MARK: Table

    private func head(_ lines: DetailLines) -> [(TerminalText, TerminalText)] {
        var head: [(TerminalText, TerminalText)] = [
            ("entry", "\(report.id)\(lines.moment(report.id.milliseconds))"),
            ("in", DeadLetterWords.name(report.target.key)),
        ]
        if report.entry == nil { head.append(("state", "\(report.fate.rawValue.replacing("_", with: " "))")) }
        if let entry = report.entry, let judgement = entry.judgement {
            var sentence = judgement.sentence
            if case .invalid = judgement.outcome { sentence += rows.contradiction(of: entry) }
            head.append(("signature", sentence))
        }
        if case .asked(.seen(let seen)) = rows {
            head += seen.rows.map { ("outbox", $0.evidence(at: seen.now)) }
            if seen.rows.isEmpty { head.append(("outbox", rows.doubt ?? "no row has its outbox_id")) }
        }
        return head
    }

    // MARK: JSON

    private var outbox: JSONValue {
        guard case .asked(.seen(let seen)) = rows else { return .null }
        return seen.rows.first?.brief ?? .null
    }

    private var item: JSONValue {
        var contents = EntryJSON()
        let none = ["fields", "message", "event"].map { JSONMember($0, .null) }
        let entry = report.entry.map { contents.members($0) }
        return .object(
            [
                JSONMember("stream", .bytes(report.target.key)), JSONMember("id", .string("\(report.id)")),
                JSONMember("state", .string(report.fate.rawValue)),
                JSONMember("certain", .bool(report.absence?.isCertain ?? true)),
                JSONMember("at", JSONValue(Format.timestamp(milliseconds: report.id.milliseconds))),
            ] + (entry ?? none) + [
                JSONMember("signature", report.entry?.judgement?.json ?? .null),
                JSONMember("groups", .array(report.groups.map(\.json))),
                JSONMember("outbox", outbox),
            ]
        )
    }
}

extension GroupRelation {
    /// Where it stands, in a clause.
    var words: TerminalText {
        let word = state.rawValue + String(repeating: " ", count: 7 - state.rawValue.count)
        return "\(word)  \(evidence)"
    }

    /// What that is known by, in a clause.
    var evidence: TerminalText {
        switch state {
        case .waiting:
            switch before {
            case nil, .unknown: "not delivered yet"
            case .exact(0): "comes next"
            case let count?: "behind \(count.text()) more"
            }
        case .pending: pending?.words ?? ""
        case .passed: "acknowledged, or passed over by SETID or a start at $"
        case .unknown where refusal?.kind == .noGroup: "the group was removed while it was looked at"
        case .unknown: refusal?.text ?? "not delivered: it was removed first, or was never there"
        }
    }

    fileprivate var json: JSONValue {
        var members = [
            JSONMember("group", .bytes(group)), JSONMember("state", .string(state.rawValue)),
            JSONMember("consumer", JSONValue(bytes: pending.flatMap { $0.consumer.isEmpty ? nil : $0.consumer })),
            JSONMember("tries", JSONValue(pending?.deliveries)), JSONMember("idle_ms", JSONValue(pending?.idle)),
        ]
        members.append("before", before)
        return .object(members)
    }
}

extension PendingEntry {
    /// Who holds it and since when, in a clause.
    var words: TerminalText {
        let tries = Format.count(deliveries, "try", "tries")
        guard let idle, !consumer.isEmpty else { return "given back, \(tries)" }
        return "at \(consumer), \(tries), idle \(Format.duration(milliseconds: Int(clamping: idle)))"
    }
}

extension Judgement {
    /// The verdict with all that explains it.
    var sentence: TerminalText {
        let remarks = ([reason].compactMap(\.self) + remarks).joined(separator: "; ")
        return "\(verdict)\(remarks.isEmpty ? "" : ": \(remarks)")"
    }
}
