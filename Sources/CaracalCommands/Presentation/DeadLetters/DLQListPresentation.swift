import Caracal
import Redis
import Rendering
import Text

/// How `dlq ls` shows its list.
struct DLQListPresentation: Presentable {
    let report: DeadLetterList.Report
    let server: ServerPresentation
    let at = WallClock.now

    func table(_ look: TerminalLook) -> String {
        var table = TextTable([
            Column("STREAM", isFlexible: true), Column("ID"), Column("AGE", .right), Column("REASON", isFlexible: true),
            Column("SOURCE ID", isDispensable: true), Column("SIGNATURE", isDispensable: true), Column("REPLAY"),
        ])
        for item in report.items { table.append(row(item)) }
        guard table.isEmpty else { return table.render(look) }
        guard report.refusals.isEmpty else { return "" }
        return DeadLetterWords.none(report.unmatched)
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.dlq-ls/1",
            at: at,
            server: server.json,
            items: report.items.map(\.json),
            summary: ["listed": .integer(Int64(report.items.count)), "more": .bool(report.hasMore)],
            warnings: report.findings.warnings
        )
    }

    private func row(_ item: DeadLetterList.Item) -> [Cell] {
        let signature = DeadLetterWords.signature(item.letter)
        let age = Int(clamping: report.now) - Int(clamping: item.id.milliseconds)
        return [
            Cell(DeadLetterWords.name(item.stream)), Cell("\(item.id)"),
            Cell(Format.age(milliseconds: age)), Cell(bytes: item.reason ?? []),
            Cell(item.letter.head.sourceID?.description ?? "-"),
            Cell(signature ?? "malformed", style: signature == "valid" || signature == "unsigned" ? nil : .red),
            Cell(DeadLetterWords.replay(item.obstacle)),
        ]
    }
}

extension DeadLetterList.Report {
    /// The streams that the server would not let be read, and whose clock ages are by.
    var findings: [Finding] {
        refusals.map { stream, refusal in Finding(.refused, .failure, "\(stream): \(refusal.text)") }
            + Finding.untoldTime(timeRefusal, "ages are by the clock of this machine")
            + (unmatched.map { [$0.finding] } ?? [])
    }
}

extension DeadLetterList.Item {
    /// A dead letter as it stands in every JSON output.
    var json: JSONValue {
        [
            "stream": .bytes(stream), "id": .string("\(id)"), "shape": .string(letter.head.shape.rawValue),
            "reason": JSONValue(bytes: reason), "received_at": JSONValue(letter.head.receivedAt),
            "source_id": JSONValue(letter.head.sourceID?.description),
            "signature": JSONValue(DeadLetterWords.signature(letter)), "replayable": .bool(obstacle == nil),
            "obstacle": JSONValue(obstacle?.code), "why": JSONValue(obstacle?.text),
        ]
    }
}
