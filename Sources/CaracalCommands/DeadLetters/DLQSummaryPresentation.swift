import Caracal
import Redis
import Rendering
import Text

/// How `dlq` shows its report.
struct DLQSummaryPresentation: Presentable {
    let report: DeadLetterReport
    let server: ServerPresentation
    /// Whether nothing is said when there is nothing.
    let problemsOnly: Bool
    let at = WallClock.now

    static let columns = [
        .stream, Column("REASON", isFlexible: true, least: 24), Column("COUNT", .right),
        Column("OLDEST", .right, priority: 2), Column("NEWEST", .right, priority: 3), Column("SIGNATURE", priority: 1),
        Column("REPLAY", priority: 4),
    ]

    func table(_ look: TerminalLook) -> ScreenText {
        guard let table = mainTable, !table.isEmpty else {
            return problemsOnly ? "" : DeadLetterWords.none(report.unmatched)
        }
        return table.render(look)
    }

    var mainTable: TextTable? {
        var table = TextTable(Self.columns)
        for stream in report.streams {
            if let word = stream.look.state.problem ?? stream.refusal?.word {
                table.append([Cell(name(stream)), Cell(word, style: .red)])
            }
            for group in stream.groups { table.append(row(group, stream)) }
        }
        return table
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.dlq/1",
            at: at,
            server: server.json,
            items: report.streams.flatMap { stream in stream.groups.map { item($0, stream) } },
            summary: [
                "count": JSONValue(report.count),
                "streams": .array(
                    report.streams.map {
                        [
                            "stream": .bytes($0.look.target.key), "exists": JSONValue($0.look.state.exists),
                            "count": JSONValue($0.count),
                        ]
                    }
                ),
            ],
            warnings: report.findings.warnings
        )
    }

    var metrics: [MetricFamily]? { DLQMetrics(report: report).families }

    private func name(_ stream: DeadLetterReport.Stream) -> TerminalText {
        DeadLetterWords.name(stream.look.target.key)
    }

    private func row(_ group: DeadLetterGroup, _ stream: DeadLetterReport.Stream) -> [Cell] {
        let isSuspect = group.invalid + group.malformed + group.unchecked > 0
        return [
            Cell(name(stream)), Cell(reason(group)), Cell(count: group.count),
            Cell(age: report.age(of: group.oldest)), Cell(age: report.age(of: group.newest)),
            Cell(signatures(group), style: isSuspect ? .red : nil), Cell(replay(group)),
        ]
    }

    private func reason(_ group: DeadLetterGroup) -> TerminalText {
        guard let kind = group.reasonKind else { return "(other reasons)" }
        return kind.isEmpty ? "(no reason)" : TerminalText(kind)
    }

    private func signatures(_ group: DeadLetterGroup) -> String {
        let parts = [
            (group.valid, "valid"), (group.invalid, "invalid"), (group.unsigned, "unsigned"),
            (group.unchecked, "unchecked"), (group.malformed, "malformed"),
        ]
        return parts.filter { $0.0 > 0 }.map { "\(Format.grouped(Int(clamping: $0.0))) \($0.1)" }.joined(
            separator: ", "
        )
    }

    private func replay(_ group: DeadLetterGroup) -> TerminalText {
        // One whose message is back already counts too: whether it is only the streams tell, which a redrive reads.
        let most = "at most \(Format.grouped(Int(clamping: group.replayable)))"
        guard let problem = group.problem else { return "\(most)" }
        if group.replayable == 0 { return "no: \(problem.text)" }
        return "\(most) of \(Format.grouped(Int(clamping: group.count))); the others: \(problem.text)"
    }

    private func item(_ group: DeadLetterGroup, _ stream: DeadLetterReport.Stream) -> JSONValue {
        [
            "stream": .bytes(group.stream), "source": .bytes(stream.look.source.key),
            "reason": JSONValue(bytes: group.reasonKind), "count": .unsigned(group.count),
            "oldest_id": .string("\(group.oldest)"), "newest_id": .string("\(group.newest)"),
            "oldest_received_at": JSONValue(group.oldestReceived),
            "valid": .unsigned(group.valid), "invalid": .unsigned(group.invalid), "unsigned": .unsigned(group.unsigned),
            "unchecked": .unsigned(group.unchecked), "malformed": .unsigned(group.malformed),
            "replayable": .unsigned(group.replayable), "obstacle": JSONValue(group.problem?.code),
        ]
    }
}
