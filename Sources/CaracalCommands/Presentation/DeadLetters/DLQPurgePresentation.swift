import Caracal
import RESP
import Redis
import Rendering

/// How `dlq purge` shows what it removed, or would remove.
struct DLQPurgePresentation: Presentable {
    let plan: PurgePlan
    /// What was done; nil when nothing was.
    let report: Purge.Report?
    let server: ServerPresentation
    /// Whether nothing is said of what went well.
    let problemsOnly: Bool
    let at = WallClock.now

    func table(_ look: TerminalLook) -> String {
        if problemsOnly, let report, report.stop == nil { return "" }
        let gone = plan.gone > 0 ? "\(Format.grouped(Int(clamping: plan.gone))) of the file had gone before\n" : ""
        if let report { return "removed \(Format.count(report.removed, "dead letter"))\n\(gone)" }
        return commands.map { "\($0)\n" }.joined() + gone
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.dlq-purge/1",
            at: at,
            server: server.json,
            items: plan.parts.map { part in
                [
                    "stream": .bytes(part.stream),
                    "listed": .integer(Int64(part.ids.count) + Int64(clamping: part.gone)),
                    "there": .integer(Int64(part.ids.count)), "gone": .unsigned(part.gone),
                ]
            },
            summary: [
                "there": .integer(Int64(plan.count)), "gone": .unsigned(plan.gone),
                "removed": JSONValue(report?.removed), "complete": .bool(report != nil && report?.stop == nil),
            ],
            warnings: []
        )
    }

    /// What would be sent, as redis-cli reads it.
    private var commands: [Command] {
        plan.parts.filter { !$0.ids.isEmpty }.map { XDel(key: $0.stream, ids: $0.ids).command }
    }
}
