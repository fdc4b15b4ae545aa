import Caracal
import Redis
import Rendering
import Text

/// How `check` shows its report to a person: the problems first, then a line for each thing that was looked at.
struct CheckTable {
    let report: CheckReport
    let problems: [CheckLine]
    let unlooked: [TerminalText]
    /// The server, as messages name it.
    let server: String
    /// Whether the problems are all.
    let isBrief: Bool

    /// How many problems are shown.
    private static let mostProblems = 20

    func text(_ look: TerminalLook) -> ScreenText {
        let count = problems.isEmpty ? "" : ", \(Format.count(problems.count, "problem"))"
        let word = look.styled("\(report.state.word)", report.state.style ?? .green)
        let heading: ScreenText = "\(word) \(server)\(count)\n"
        let shown = problems.prefix(Self.mostProblems).map { line($0, look) }.joined()
        let rest = problems.count - Self.mostProblems
        let more: ScreenText = rest > 0 ? "\(Format.grouped(rest)) more (-o json has all)\n" : ""
        guard !isBrief else { return heading + shown + more }
        let list = shown.isEmpty ? "" : "\n" + shown + more
        let missing = unlooked.map { look.folded($0) + "\n" }.joined()
        return heading + list + "\n" + table.render(look.withoutChoices) + missing
    }

    private func line(_ problem: CheckLine, _ look: TerminalLook) -> ScreenText {
        let word = TerminalText(problem.state.word).padded(to: 10)
        return look.folded(word: word, problem.state.style, problem.text, indent: word.width) + "\n"
    }

    private var table: TextTable {
        var table = TextTable([
            Column("CHECK"), Column("STATE"), Column("WORST", .right), Column("LIMITS", .right, priority: 2),
            Column("WHERE", isFlexible: true, least: 16, priority: 1),
        ])
        for figure in CheckMeasure.Figure.allCases { worst(figure).map { table.append(row($0)) } }
        let readers = sight(of: .consumers) { $0.consumers?.isEmpty == false }
        let skips = sight(of: .skipped) { report.hasSkipped($0) != nil }
        let there = report.groups.count { $0.info != nil }
        table.append(row("streams", about: \.isAboutStreams, none: "\(report.streams.count) there", streams))
        table.append(row("groups", about: \.isAboutGroups, none: "\(there) there", streams))
        table.append(row("writes", about: \.isAboutWrites, none: "taken", writes))
        table.append(row("signatures", about: \.isAboutSignatures, none: signatures.word, signatures.sight))
        table.append(row("silent readers", about: \.isAboutReaders, none: "none", readers))
        table.append(row("lost entries", about: \.isAboutLoss, none: "none", streams))
        table.append(row("skipped entries", about: \.isAboutSkipping, none: "none", skips))
        table.append(row("ids ahead", about: \.isAboutIDs, none: "none", report.now == nil ? .none : streams))
        return table
    }

    // MARK: Figures

    /// The figure of this kind that is worst: by its state, and else the greatest.
    private func worst(_ figure: CheckMeasure.Figure) -> CheckMeasure? {
        report.measures.filter { $0.figure == figure }.reduce(nil) { worst, next in
            guard let worst else { return next }
            guard worst.state == next.state else { return worst.state.orWorse(next.state) == next.state ? next : worst }
            return (next.quantity.value ?? 0) > (worst.quantity.value ?? 0) ? next : worst
        }
    }

    private func row(_ measure: CheckMeasure) -> [Cell] {
        let place = measure.quantity.value == 0 ? "-" : measure.place
        return [
            Cell(measure.name), state(measure.state), Cell(measure.shortAmount), Cell(measure.limits),
            Cell(place.text.isEmpty ? "-" : place),
        ]
    }

    // MARK: What is no figure

    /// How much of what a line is about was looked at.
    private enum Sight {
        case whole, part, none
    }

    /// - Parameter none: what to say where nothing is amiss.
    private func row(
        _ name: String,
        about kind: (CheckProblem) -> Bool,
        none: TerminalText,
        _ sight: Sight
    ) -> [Cell] {
        let faults = report.faults.filter(kind)
        let worst = faults.map(\.state).reduce(CheckState.ok) { $0.orWorse($1) }
        let first = faults.first { $0.state == worst }
        guard faults.isEmpty else {
            return [
                Cell(name), state(worst), Cell("\(Format.count(faults.count, "problem"))"), Cell("-"),
                Cell(first?.place ?? "-"),
            ]
        }
        return switch sight {
        case .whole: [Cell(name), state(.ok), Cell(none), "-", "-"]
        case .part: [Cell(name), "in part", Cell(none), "-", "-"]
        case .none: [Cell(name), "not checked", Cell(none == Self.noKey ? none : "unknown"), "-", "-"]
        }
    }

    private static let noKey: TerminalText = "no key"

    private func isUnlooked(_ question: Unlooked.Question) -> Bool {
        report.unlooked.contains { $0.question == question }
    }

    /// Of the streams, and so of what is known by them. Of an empty replica none was looked at.
    private var streams: Sight {
        let seen = report.streams.count { $0.state.refusal == nil }
        return seen == 0 ? .none : seen == report.streams.count ? .whole : .part
    }

    /// Of what is asked of the groups that alarms count.
    private func sight(of question: Unlooked.Question, _ isSeen: (GroupStanding) -> Bool) -> Sight {
        guard isUnlooked(question) else { return streams }
        return report.groups.contains { $0.isCounted && $0.info != nil && isSeen($0) } ? .part : .none
    }

    private var writes: Sight {
        let told = report.servers.count { $0.takesWrites != nil }
        return told == 0 ? .none : told == report.servers.count ? .whole : .part
    }

    private var signatures: (word: TerminalText, sight: Sight) {
        let tallies = report.signatures.map(\.own)
        let entries = tallies.reduce(0) { $0 + $1.entries - $1.unsignedByDesign }
        let valid = tallies.reduce(0) { $0 + $1.valid }
        let word: TerminalText =
            "\(Format.grouped(Int(clamping: valid))) of \(Format.grouped(Int(clamping: entries))) valid"
        guard isUnlooked(.signatures) else { return (word, streams) }
        guard entries == 0 else { return (word, .part) }
        return (report.unlooked.contains { $0.question == .signatures && $0.wasAsked } ? word : Self.noKey, .none)
    }

    private func state(_ state: CheckState) -> Cell { Cell(state.word, style: state.style) }
}

extension CheckState {
    /// How it stands out; nil for what is in order.
    fileprivate var style: Style? {
        switch self {
        case .ok: nil
        case .warning, .unknown: .yellow
        case .critical: .red
        }
    }
}

extension CheckProblem {
    fileprivate var isAboutStreams: Bool { if case .stream = self { true } else { false } }
    fileprivate var isAboutGroups: Bool { if case .missingGroup = self { true } else { false } }
    fileprivate var isAboutSignatures: Bool { if case .signatures = self { true } else { false } }
    fileprivate var isAboutReaders: Bool { if case .silentReader = self { true } else { false } }
    fileprivate var isAboutLoss: Bool { if case .lost = self { true } else { false } }
    fileprivate var isAboutSkipping: Bool {
        switch self {
        case .skipped, .beyondEnd: true
        default: false
        }
    }
    fileprivate var isAboutWrites: Bool {
        switch self {
        case .replica, .writesRefused, .snapshotFailed: true
        default: false
        }
    }
    fileprivate var isAboutIDs: Bool {
        switch self {
        case .futureID, .lastID: true
        default: false
        }
    }

    /// The stream, and the group where it is about one; nil for the server.
    fileprivate var place: TerminalText? {
        switch self {
        case .missingGroup(let stream, let group): "\(stream.shortName)/\(group.name)"
        case .lost(let stream, let group, _), .skipped(let stream, let group, _), .beyondEnd(let stream, let group, _),
            .silentReader(let stream, let group, _, _):
            "\(stream.shortName)/\(group.shortened)"
        case .futureID(let stream, _), .lastID(let stream): "\(stream.shortName)"
        case .signatures(let finding):
            finding.stream.map { name in
                "\(StreamTable.all.first { $0.name == name }?.shortName ?? name)"
            }
        case .stream(.missing(let stream)), .stream(.otherType(let stream, _)), .stream(.refused(let stream, _)):
            "\(stream.shortName)"
        case .replica(let server, _), .writesRefused(let server, _), .snapshotFailed(let server):
            server.map { "\($0)" }
        case .stream, .outboxes: nil
        }
    }
}
