import Caracal
import Rendering
import Text

/// How `doctor` shows what it found: the findings with their remedies, the worst first, and a line that counts.
struct DoctorPresentation: Presentable {
    let diagnosis: Diagnosis
    let server: ServerPresentation
    /// How the commands of fixes reach it.
    let route: FixRoute
    /// Whether only failures and warnings are shown, and no closing line.
    let problemsOnly: Bool
    let at = WallClock.now

    func table(_ look: TerminalLook) -> ScreenText {
        let findings = findings(look)
        guard !problemsOnly else { return findings }
        return findings + (findings.isEmpty ? "" : "\n") + unchecked(look) + closing(look)
    }

    /// The findings with their numbers; what comes from one stands below it and has none.
    private func findings(_ look: TerminalLook) -> ScreenText {
        let findings = NumberedFindings(diagnosis, where: isShown)
        let lines = findings.shown.map { item, number in
            text(item, label: number.map { "\($0). " } ?? "   also: ", look)
        }
        let rest = findings.hidden.map { check, count -> ScreenText in
            "and \(Format.grouped(UInt(count))) more of \(check): \(route.text(NumberedFindings.command(check))) lists all\n"
        }
        return lines.joined() + rest.joined()
    }

    private func isShown(_ status: CheckOutcome.Status) -> Bool {
        switch status {
        case .failure, .warning: true
        case .note: !problemsOnly
        case .unknown, .ok: false
        }
    }

    private func text(_ item: Diagnosis.Item, label: TerminalText, _ look: TerminalLook) -> ScreenText {
        let outcome = item.outcome
        let margin = label.width
        let indent = String(repeating: " ", count: margin)
        let sentence = route.words(outcome.sentence.words(look.zone))
        var lines = [
            look.folded(
                label: label,
                word: TerminalText(outcome.status.word),
                Self.style(outcome.status),
                " \(item.check): \(sentence)",
                indent: margin
            )
        ]
        if let evidence = outcome.evidence.map({ $0.words(look.zone) }) {
            lines.append(look.folded("\(indent)seen: \(evidence)", indent: margin + "seen: ".count))
        }
        // A command is to be copied: its backslashes are its own.
        if let fix = outcome.fix.map({ FixLine(route.text($0)) }) {
            lines.append("\(indent)fix:  \(fix.command)")
            if let note = fix.note { lines.append("\(indent)note: \(note)") }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// What could not be found out: never to be taken for ok.
    private func unchecked(_ look: TerminalLook) -> ScreenText {
        let items = diagnosis.items.filter { $0.outcome.status == .unknown }
        guard !items.isEmpty else { return "" }
        var lines: ScreenText = ""
        var counts: [String: Int] = [:]
        for item in items {
            counts[item.check, default: 0] += 1
            guard counts[item.check, default: 0] <= NumberedFindings.most else { continue }
            lines += look.folded("  \(item.check): \(item.outcome.sentence.words(look.zone))", indent: 4) + "\n"
        }
        let hidden = counts.values.reduce(0) { $0 + max(0, $1 - NumberedFindings.most) }
        if hidden > 0 { lines += "  and \(Format.grouped(hidden)) more\n" }
        return "Not checked:\n\(lines)\n"
    }

    private func closing(_ look: TerminalLook) -> ScreenText {
        let failures = diagnosis.count(.failure)
        let warnings = diagnosis.count(.warning)
        let unknown = diagnosis.count(.unknown)
        let counts = [(failures, "failure"), (warnings, "warning")].filter { $0.0 > 0 }
            .map { Format.count($0.0, $0.1) }.joined(separator: ", ")
        let healthy = unknown > 0 ? "what could be checked is healthy" : "healthy"
        let verdict =
            counts.isEmpty
            ? look.styled("\(healthy)", .green) : look.styled("\(counts)", failures > 0 ? .red : .yellow)
        let parts: [(status: CheckOutcome.Status, word: String)] = [
            (.failure, "failed"), (.warning, "with a warning"), (.unknown, "not checked"), (.note, "with a note"),
            (.ok, "ok"),
        ]
        let list = parts.map { (diagnosis.checks($0.status), $0.word) }.filter { $0.0 > 0 }
            .map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        return
            "\(server.isOfCluster ? "the cluster of " : "")\(server.address): \(verdict). \(Format.count(diagnosis.checks, "check")): \(list).\n"
    }

    private static func style(_ status: CheckOutcome.Status) -> Style? {
        switch status {
        case .failure: .red
        case .warning: .yellow
        case .ok: .green
        case .note, .unknown: nil
        }
    }
}

extension DoctorPresentation {
    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.doctor/1",
            at: at,
            server: server.json,
            items: diagnosis.items.filter { isWanted($0.outcome.status) }.map(json),
            summary: .object(summary),
            warnings: []
        )
    }

    private func isWanted(_ status: CheckOutcome.Status) -> Bool {
        !problemsOnly || status == .failure || status == .warning
    }

    private func json(_ item: Diagnosis.Item) -> JSONValue {
        [
            "check": .string(item.check), "status": .string(item.outcome.status.rawValue),
            "stream": JSONValue(item.outcome.stream), "finding": JSONValue(item.outcome.sentence.words()),
            "evidence": JSONValue(item.outcome.evidence.map(Self.plain)),
            "fix": JSONValue(item.outcome.fix.map(route.text)),
            "urgency": .string(item.urgency.rawValue), "group": JSONValue(bytes: item.outcome.group),
            "explained_by": JSONValue(item.explainedBy),
        ]
    }

    /// Evidence for programs: times in milliseconds or seconds.
    private static func plain(_ evidence: Evidence) -> TerminalText {
        evidence.text {
            $0 < 1000 ? "\($0) ms" : "\($0 / 1000) s"
        } moment: {
            Evidence.moment($0, .utc)
        }
    }

    private var summary: [JSONMember] {
        [JSONMember("checks", .integer(Int64(diagnosis.checks)))]
            + CheckOutcome.Status.allCases.map {
                JSONMember($0.rawValue, .integer(Int64(diagnosis.count($0))))
            } + [JSONMember("round_trips", .integer(Int64(diagnosis.roundTrips)))]
    }

    var metrics: [MetricFamily]? {
        var outcomes = MetricFamily(.doctorOutcomes)
        for check in diagnosis.items.map(\.check).uniqued {
            for status in CheckOutcome.Status.allCases {
                let count = diagnosis.items.count { $0.check == check && $0.outcome.status == status }
                outcomes.append(["check": check, "status": status.rawValue], count: count)
            }
        }
        return [outcomes]
    }
}

extension [String] {
    /// Each of them once, where it came first.
    fileprivate var uniqued: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
