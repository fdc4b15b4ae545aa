import Caracal
import Redis
import Rendering
import Text

/// How `verify-sig` shows its report.
struct VerifyPresentation: Presentable {
    let report: SignatureReport
    /// The server; nil when a file was checked.
    let server: ServerPresentation?
    /// What an operator should know.
    let findings: [Finding]
    /// How the command that it points to reaches the server; nil when a file was checked.
    let route: FixRoute?
    /// Whether streams that are in order are left out of the table.
    let problemsOnly: Bool
    /// Whether it tells which entries are unsigned by design, where a table may be wider than a terminal.
    var showsDesign = false
    let at = WallClock.now

    func table(_ look: TerminalLook) -> ScreenText {
        let streams = mainTable.map { $0.isEmpty ? "" : $0.render(look) } ?? ""
        return look.choices.isMade ? streams : streams + entries(look)
    }

    var mainTable: TextTable? {
        lines.filter { !problemsOnly || $0.hasProblem(report.rules) }
            .reduce(into: TextTable(Self.columns(unchecked: showsUnchecked, warned: showsWarned))) {
                $0.append(row($1))
            }
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.verify-sig/1",
            at: at,
            server: server?.json ?? .null,
            items: lines.map { $0.json(entries: entries(of: $0)) },
            summary: summary,
            warnings: findings.warnings
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

    /// Which counts are shown to those who do not ask for them: those that are not all 0.
    static func columns(unchecked: Bool = false, warned: Bool = false) -> [Column] {
        [
            Column("STREAM", isFlexible: true, least: 45), Column("SCHEME", priority: 3),
            Column("ENTRIES", .right, priority: 2),
            Column("VALID", .right, priority: 1), Column("INVALID", .right), Column("UNSIGNED", .right),
            Column("UNCHECKED", .right, isHidden: !unchecked), Column("WARNED", .right, isHidden: !warned),
        ]
    }

    private func row(_ line: VerifyLine) -> [Cell] {
        let name = Cell(line.name)
        if let word = line.stateWord { return [name, Cell(word, style: .red)] }
        let tally = line.tally
        let missing = tally.unsigned - tally.unsignedByDesign
        let isFault = missing > 0 && report.rules.requiresSignatures
        let design: TerminalText? =
            !showsDesign || tally.unsignedByDesign == 0
            ? nil
            : missing == 0 ? " by design" : ", \(Format.grouped(UInt(clamping: tally.unsignedByDesign))) by design"
        let unsigned = Cell(count: tally.unsigned, style: isFault ? .red : nil).adding(design)
        return [
            name, Cell(tally.schemeWord), Cell(count: tally.entries), Cell(count: tally.valid),
            Cell(count: tally.invalid, style: tally.invalid > 0 ? .red : nil), unsigned,
            Cell(count: tally.unchecked, style: tally.unchecked > 0 ? .red : nil),
            Cell(count: tally.warned, style: tally.warned > 0 ? .yellow : nil),
        ]
    }

    // MARK: Entries

    private func entries(_ look: TerminalLook) -> ScreenText {
        var table = TextTable([
            Column(""), Column(""), Column("", isFlexible: true, least: 45), Column("", priority: 1),
        ])
        for entry in report.entries { table.append(row(entry)) }
        let count = Format.grouped(Int(clamping: report.unlisted))
        let rest: ScreenText =
            report.unlisted > 0 ? "and \(count) more (--limit shows more of them, --each shows all)\n" : ""
        return table.render(look) + rest + next
    }

    /// The command that shows the first of the entries whole; empty where none is listed.
    private var next: ScreenText {
        guard let route, !problemsOnly,
            let entry = report.entries.first(where: { $0.judgement.isFailure(by: report.rules) })
                ?? report.entries.first
        else { return "" }
        return "next  \(route.text(MessageCommands.get(TerminalText(entry.id), in: entry.stream)))\n"
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

/// One line of `verify-sig`'s table: a stream's own entries, or the source entries inside its dead letters.
struct VerifyLine {
    let stream: CheckedStream
    let part: Judgement.Part

    var tally: SignatureTally { part == .entry ? stream.own : stream.sources }

    /// What the line is called.
    var name: TerminalText { Self.name(stream.target.key, part) }

    static func name(_ key: [UInt8], _ part: Judgement.Part) -> TerminalText {
        let short = DeadLetterWords.name(key)
        return part == .entry ? short : "\(short) (source entries)"
    }

    /// What to say instead of figures; nil when there are figures.
    var stateWord: String? {
        switch stream.state {
        case .checked: nil
        case .missing: "MISSING"
        case .otherType: "NOT A STREAM"
        case .refused(let refusal): refusal.word
        }
    }

    /// Whether its entries were read.
    var isRead: Bool { stream.state == .checked }

    /// Whether there is no stream that could be read.
    var isAbsent: Bool { exists == false }

    func hasProblem(_ rules: SignatureRules) -> Bool {
        stateWord != nil || tally.invalid > 0 || tally.unchecked > 0 || tally.warned > 0
            || rules.requiresSignatures && tally.unsigned > tally.unsignedByDesign
    }

    func json(entries: [JSONValue]) -> JSONValue {
        // What was not read is unknown, not 0.
        let figures: SignatureTally? = isRead ? tally : nil
        return [
            "stream": .bytes(stream.target.key), "part": .string(part.rawValue), "exists": exists,
            "schemes": .array(tally.schemes.map { .string($0.rawValue) }), "entries": JSONValue(figures?.entries),
            "valid": JSONValue(figures?.valid), "invalid": JSONValue(figures?.invalid),
            "unsigned": JSONValue(figures?.unsigned), "unchecked": JSONValue(figures?.unchecked),
            "warned": JSONValue(figures?.warned), "listed": .array(entries),
        ]
    }

    private var exists: JSONValue {
        switch stream.state {
        case .checked: true
        case .missing, .otherType: false
        case .refused: .null
        }
    }
}

extension SignatureTally {
    /// The schemes that were met.
    var schemes: [SignatureScheme] { (hasFields ? [.fields] : []) + (hasAudit ? [.audit] : []) }

    /// The same in a word for a table.
    var schemeWord: String {
        schemes.isEmpty ? "-" : schemes.map(\.rawValue).joined(separator: ", ")
    }
}
