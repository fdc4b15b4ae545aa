import Caracal
import Rendering

/// How `doctor` shows what it found: the findings with their remedies, the worst first, and a line that counts.
struct DoctorPresentation: Presentable {
    let diagnosis: Diagnosis
    let server: ServerPresentation
    /// Whether only failures and warnings are shown, and no closing line.
    let problemsOnly: Bool
    let at = WallClock.now

    func table(_ look: TerminalLook) -> String {
        let shown = diagnosis.items.filter { isShown($0.outcome.status) }
        let findings = shown.enumerated().map { index, item in text(item, number: index + 1, look) }.joined()
        guard !problemsOnly else { return findings }
        return findings + (findings.isEmpty ? "" : "\n") + unchecked + closing(look)
    }

    private func isShown(_ status: CheckOutcome.Status) -> Bool {
        switch status {
        case .failure, .warning: true
        case .note: !problemsOnly
        case .unknown, .ok: false
        }
    }

    private func text(_ item: Diagnosis.Item, number: Int, _ look: TerminalLook) -> String {
        let outcome = item.outcome
        let word = look.styled(Self.word(outcome.status), Self.style(outcome.status))
        let indent = String(repeating: " ", count: "\(number)".count + 2)
        var lines = ["\(number). \(word) \(item.check): \(TerminalText.escaped(outcome.finding))"]
        let evidence = outcome.evidence?.text { Format.age(milliseconds: Int(clamping: $0)) }
        if let evidence { lines.append("\(indent)seen: \(TerminalText.escaped(evidence))") }
        // A command is to be copied: its backslashes are its own.
        if let fix = outcome.fix { lines.append("\(indent)mend: \(TerminalText.printable(fix))") }
        return lines.map { $0 + "\n" }.joined()
    }

    /// What could not be found out: never to be taken for ok.
    private var unchecked: String {
        let outcomes = diagnosis.items.filter { $0.outcome.status == .unknown }
        guard !outcomes.isEmpty else { return "" }
        let lines = outcomes.map { "  \($0.check): \(TerminalText.escaped($0.outcome.finding))\n" }.joined()
        return "Not checked:\n\(lines)\n"
    }

    private func closing(_ look: TerminalLook) -> String {
        let failures = diagnosis.count(.failure)
        let warnings = diagnosis.count(.warning)
        let unknown = diagnosis.count(.unknown)
        let verdict =
            failures > 0
            ? look.styled("needs mending", .red)
            : warnings > 0 ? look.styled("deserves a look", .yellow) : look.styled("is in order", .green)
        let subject = unknown > 0 && failures + warnings == 0 ? "what could be checked " : ""
        let counts = [
            Self.count(failures, "failure"), Self.count(warnings, "warning"),
            Self.count(diagnosis.count(.note), "note"),
            unknown > 0 ? "\(unknown) not checked" : nil,
            diagnosis.count(.ok) > 0 ? "\(diagnosis.count(.ok)) ok" : nil,
        ]
        let list = counts.compactMap { $0 }.joined(separator: ", ")
        return
            "\(server.isOfCluster ? "the cluster of " : "")\(TerminalText.escaped(server.address)): \(subject)\(verdict). \(Self.count(diagnosis.checks, "check") ?? "No check"): \(list).\n"
    }

    private static func count(_ count: Int, _ word: String) -> String? {
        count == 0 ? nil : Format.count(count, word)
    }

    private static func word(_ status: CheckOutcome.Status) -> String {
        switch status {
        case .failure: "FAILURE"
        case .warning: "WARNING"
        case .unknown: "UNKNOWN"
        case .note: "NOTE"
        case .ok: "OK"
        }
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
