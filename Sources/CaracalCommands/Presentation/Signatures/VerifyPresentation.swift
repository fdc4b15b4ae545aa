import Caracal
import Rendering
import Text

/// How `verify-sig` shows its report.
struct VerifyPresentation: Presentable {
    let report: SignatureReport
    /// The server; nil when a file was checked.
    let server: ServerPresentation?
    /// Whether streams that are in order are left out of the table.
    let problemsOnly: Bool
    let at = WallClock.now

    func table(_ look: TerminalLook) -> String {
        var table = TextTable(columns)
        for line in lines where !problemsOnly || line.hasProblem(report.rules) { table.append(row(line)) }
        return (table.isEmpty ? "" : table.render(look)) + entries(look)
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.verify-sig/1",
            at: at,
            server: server?.json ?? .null,
            items: lines.map { $0.json(entries: entries(of: $0)) },
            summary: summary,
            warnings: report.findings.warnings
        )
    }

    private var summary: JSONValue {
        let tallies = lines.filter(\.isRead).map(\.tally)
        // The sum of what was read; where nothing could be read it is unknown, not 0.
        let isKnown = lines.isEmpty || !tallies.isEmpty || lines.allSatisfy(\.isAbsent)
        func sum(_ count: KeyPath<SignatureTally, UInt64>) -> JSONValue {
            isKnown ? .unsigned(tallies.reduce(0) { $0 + $1[keyPath: count] }) : .null
        }
        return [
            "complete": .bool(isComplete), "entries": sum(\.entries), "valid": sum(\.valid),
            "invalid": sum(\.invalid), "unsigned": sum(\.unsigned), "unchecked": sum(\.unchecked),
            "warned": sum(\.warned), "unlisted": .unsigned(report.unlisted),
        ]
    }

    /// Whether everything was looked at that is there.
    private var isComplete: Bool {
        report.ending == .complete && report.streams.allSatisfy { if case .refused = $0.state { false } else { true } }
    }

    private func entries(of line: VerifyLine) -> [JSONValue] {
        report.entries.filter { $0.stream == line.stream.target.key && $0.judgement.part == line.part }.map(\.json)
    }

    private var lines: [VerifyLine] {
        report.streams.flatMap { stream in
            let own = VerifyLine(stream: stream, part: .entry)
            let hasSources = stream.state == .checked && stream.target.source != nil
            return hasSources ? [own, VerifyLine(stream: stream, part: .source)] : [own]
        }
    }

    // MARK: Table

    private var showsUnchecked: Bool { lines.contains { $0.tally.unchecked > 0 } }
    private var showsWarned: Bool { lines.contains { $0.tally.warned > 0 } }

    private var columns: [Column] {
        [Column("STREAM", isFlexible: true), Column("SCHEME")]
            + ["ENTRIES", "VALID", "INVALID", "UNSIGNED"].map { Column($0, .right) }
            + (showsUnchecked ? [Column("UNCHECKED", .right)] : [])
            + (showsWarned ? [Column("WARNED", .right)] : [])
    }

    private func row(_ line: VerifyLine) -> [Cell] {
        let name = Cell(line.name)
        if let word = line.stateWord { return [name, Cell(word, style: .red)] }
        let tally = line.tally
        let missing = tally.unsigned - tally.unsignedByDesign
        let unsigned = Cell(tally.unsigned, missing > 0 && report.rules.requiresSignatures ? .red : nil)
        return [
            name, Cell(tally.schemeWord), Cell(tally.entries, nil), Cell(tally.valid, nil),
            Cell(tally.invalid, tally.invalid > 0 ? .red : nil), unsigned,
        ]
            + (showsUnchecked ? [Cell(tally.unchecked, tally.unchecked > 0 ? .red : nil)] : [])
            + (showsWarned ? [Cell(tally.warned, tally.warned > 0 ? .yellow : nil)] : [])
    }

    // MARK: Entries

    private func entries(_ look: TerminalLook) -> String {
        var table = TextTable([Column(""), Column(""), Column(""), Column("")])
        for entry in report.entries { table.append(row(entry)) }
        guard report.unlisted > 0 else { return table.render(look) }
        let count = Format.grouped(Int(clamping: report.unlisted))
        return table.render(look) + "and \(count) more (--max-report shows more of them, --each shows all)\n"
    }

    private func row(_ entry: CheckedEntry) -> [Cell] {
        let isFailure = entry.judgement.isFailure(by: report.rules)
        let word = entry.judgement.outcome == .valid ? "WARNING" : entry.judgement.verdict.uppercased()
        let text = ([entry.judgement.reason].compactMap(\.self) + entry.judgement.remarks).joined(separator: "; ")
        return [
            Cell(word, style: isFailure ? .red : .yellow), Cell(bytes: entry.id),
            Cell(VerifyLine.name(entry.stream, entry.judgement.part)),
            Cell(text),
        ]
    }
}

extension Cell {
    fileprivate init(_ count: UInt64, _ style: Style?) { self.init(count: Int(clamping: count), style: style) }
}
