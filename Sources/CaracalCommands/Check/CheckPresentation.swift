import Caracal
import Redis
import Rendering
import Text

/// How `check` shows its report: to a person in a table, to everything else as a plugin's line.
struct CheckPresentation: Presentable {
    let report: CheckReport
    let server: ServerPresentation
    /// Whether the line is all.
    let isBrief: Bool
    /// Which figures the line has.
    let performance: PerformanceChoice
    /// How often an audit event is delivered before it becomes a dead letter; nil where the setting cannot be read.
    let maxDeliveries: UInt64?
    /// How long the look took, in milliseconds.
    let duration: UInt64
    let at = WallClock.now

    /// How many problems the line itself names.
    private static let namedProblems = 3

    func table(_ look: TerminalLook) -> ScreenText {
        guard look.width == nil else {
            return CheckTable(
                report: report,
                problems: report.problems(.direct),
                unlooked: unlooked,
                server: server.address,
                isBrief: isBrief
            ).text(look)
        }
        let problems = report.problems(.monitoring)
        return Nagios.text(
            "CARACAL",
            report.state.word,
            problems.isEmpty ? allClear : summary(problems),
            performance: figures.map(\.performance),
            lines: isBrief || problems.isEmpty ? [] : lines(problems)
        )
    }

    /// The figures of the table's groups and dead letters and of the server, which are always the same, and as many as find room of
    /// the others that are not in order, the worst first.
    private var figures: [CheckMeasure] {
        switch performance {
        case .none: return []
        case .all: return report.measures
        case .table:
            let others = [CheckState.critical, .warning, .unknown].flatMap { state in
                report.measures.filter { $0.state == state && !$0.isInTable }
            }
            let room = Self.mostFigures - report.measures.count(where: \.isInTable)
            let places = Set(others.prefix(max(0, room)).map(\.label.text))
            return report.measures.filter { $0.isInTable || places.contains($0.label.text) }
        }
    }

    private func lines(_ problems: [CheckLine]) -> [TerminalText] {
        let shown: [TerminalText] = problems.prefix(Self.mostLines).map { "\($0.state.word): \($0.text)" }
        let rest = problems.count - shown.count
        return shown + (rest > 0 ? ["\(Format.grouped(rest)) more (-o json has all)"] : []) + unlooked
    }

    /// How many figures and lines there are at most: a plugin's output is cut somewhere, by some at 1,024 bytes.
    private static let mostFigures = 40
    private static let mostLines = 20

    /// What was not looked at, as a line of its own; none when all was.
    private var unlooked: [TerminalText] {
        report.unlooked.isEmpty ? [] : ["not checked: \(report.unlooked.map(\.text).joined(separator: ", "))"]
    }

    var envelope: Envelope {
        let problems = report.problems(.direct)
        return Envelope(
            schema: "caracalctl.check/1",
            at: at,
            server: server.json,
            items: report.measures.map(\.json),
            summary: [
                "state": .string(report.state.word.lowercased()), "status": .integer(Int64(report.state.rawValue)),
                "problems": .integer(Int64(problems.count)),
                "left_over_groups": JSONValue(report.leftOver),
                "not_checked": .array(report.unlooked.map { .string($0.text) }),
            ],
            warnings: problems.map { Envelope.Warning(code: $0.code, message: $0.text.json) }
        )
    }

    var metrics: [MetricFamily]? {
        CheckMetrics.scrape(isUp: true, at: at, duration: duration)
            + CheckMetrics(report, maxDeliveries: maxDeliveries).families
    }

    private func summary(_ problems: [CheckLine]) -> TerminalText {
        let named = problems.prefix(Self.namedProblems).map(\.text)
        let rest = problems.count - named.count
        return (named + (rest > 0 ? ["\(rest) more"] : [])).joined(separator: "; ")
    }

    private var deadLetters: String {
        let counts = report.measures.filter { $0.figure == .deadLetters }.map(\.quantity.value)
        guard !counts.contains(nil) else { return "unknown" }
        let sum: UInt64 = counts.reduce(0) { $0.saturatingAdd($1 ?? 0) }
        return Format.grouped(Int(clamping: sum))
    }

    private var allClear: TerminalText {
        let groups = report.measures.count { $0.figure == .lag }
        let memory = report.measures.last { $0.figure == .memory }.map(\.amount) ?? "unknown"
        let left = report.leftOver == 0 ? "" : ", \(report.leftOver) left over"
        return
            "\(groups) groups on \(report.streams.count) streams\(left), dead letters \(deadLetters), memory \(memory)"
            + (unlooked.first.map { "; \($0)" } ?? "")
    }
}

extension CheckPresentation {
    /// The line of a check that could not be done, without its line feed.
    static func unknown(_ failure: CommandError) -> TerminalText {
        Nagios.line("CARACAL", CheckState.unknown.word, failure.message)
    }
}

extension CheckMeasure {
    /// Whether it is of the server, of a stream, or of a group that the table has.
    fileprivate var isInTable: Bool {
        guard let group, let stream else { return true }
        return stream.groups.contains { group.elementsEqual($0.name.utf8) }
    }
}

/// Which figures stand in a plugin's performance data.
enum PerformanceChoice: String, CaseIterable {
    /// Those of the provisioning table, and the worst of the others that are not in order, 40 in all.
    case table
    /// All, however many.
    case all
    /// None of them.
    case none
}

extension CheckState {
    /// As plugins say it.
    var word: String {
        switch self {
        case .ok: "OK"
        case .warning: "WARNING"
        case .critical: "CRITICAL"
        case .unknown: "UNKNOWN"
        }
    }
}
