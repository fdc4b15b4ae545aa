import Caracal
import Redis
import Rendering

/// How `check` shows its report: a plugin's line where others have a table.
struct CheckPresentation: Presentable {
    let report: CheckReport
    let server: ServerPresentation
    /// Whether the line is all.
    let isBrief: Bool
    /// How long the look took, in milliseconds.
    let duration: UInt64
    let at = WallClock.now

    /// How many problems the line itself names.
    private static let namedProblems = 3

    func table(_ look: TerminalLook) -> String {
        let problems = report.problems
        return Nagios.text(
            "CARACAL",
            report.state.word,
            problems.isEmpty ? allClear : summary(problems),
            performance: report.measures.map(\.performance),
            lines: isBrief ? [] : problems.map { "\($0.state.word): \($0.text)" }
        )
    }

    var envelope: Envelope {
        let problems = report.problems
        return Envelope(
            schema: "caracalctl.check/1",
            at: at,
            server: server.json,
            items: report.measures.map(\.json),
            summary: [
                "state": .string(report.state.word.lowercased()), "status": .integer(Int64(report.state.rawValue)),
                "problems": .integer(Int64(problems.count)),
            ],
            warnings: problems.map { Envelope.Warning(code: $0.code, message: $0.text) }
        )
    }

    var metrics: [MetricFamily]? {
        CheckMetrics.scrape(isUp: true, at: at, duration: duration) + CheckMetrics(report: report).families
    }

    private func summary(_ problems: [CheckProblem]) -> String {
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

    private var allClear: String {
        let groups = report.measures.count { $0.figure == .lag }
        let memory = report.measures.last { $0.figure == .memory }.map(\.amount) ?? "unknown"
        return "\(groups) groups on \(report.streams.count) streams, dead letters \(deadLetters), memory \(memory)"
    }
}

extension CheckPresentation {
    /// The line of a check that could not be done, without its line feed.
    static func unknown(_ failure: Failure) -> String {
        String(Nagios.text("CARACAL", CheckState.unknown.word, failure.message).dropLast())
    }
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
