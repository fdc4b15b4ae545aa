import Caracal
import RESP
import Redis
import Rendering
import Text

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
        let before = Int(clamping: plan.gone) + (report?.gone ?? 0)
        let gone = before > 0 ? "\(Format.grouped(before)) of the file had gone before\n" : ""
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
                    "listed": .integer(Int64(part.letters.count) + Int64(clamping: part.gone)),
                    "there": .integer(Int64(part.letters.count)), "gone": .unsigned(part.gone),
                ]
            },
            summary: [
                "there": .integer(Int64(plan.count)), "gone": .unsigned(plan.gone),
                "removed": JSONValue(report?.removed), "gone_since": JSONValue(report?.gone),
                "gone_unclear": JSONValue(report?.unclear), "changed": JSONValue(report?.changed),
                "complete": .bool(report != nil && report?.stop == nil),
            ],
            warnings: report.map { Self.findings($0).warnings } ?? []
        )
    }

    /// What is not as planned in a run.
    static func findings(_ report: Purge.Report) -> [Finding] {
        var findings: [Finding] = []
        if report.changed > 0 {
            findings.append(
                Finding(
                    .changed,
                    .failure,
                    "\(Format.count(report.changed, "dead letter is another one", "dead letters are others")) by now under the "
                        + "same id, and \(report.changed == 1 ? "was" : "were") left alone"
                )
            )
        }
        if report.unclear > 0 {
            findings.append(
                Finding(
                    .goneUnclear,
                    .warning,
                    "\(Format.count(report.unclear, "more is gone", "more are gone")): an answer was lost, so that it is not "
                        + "known whether we removed \(report.unclear == 1 ? "it" : "them")"
                )
            )
        }
        if let unverified = report.unverified { findings.append(unverified.finding("removed")) }
        return findings
    }

    /// What would be removed, as redis-cli reads it; the run compares each with the file in the same step.
    private var commands: [Command] {
        plan.parts.filter { !$0.letters.isEmpty }.map { XDel(key: $0.stream, ids: $0.letters.map(\.id)).command }
    }
}

extension UnverifiedMessages {
    /// That no Sentinel could confirm what was done.
    ///
    /// - Parameter done: what was done with the messages, such as `removed`.
    func finding(_ done: TerminalText) -> Finding {
        Finding(
            .notVerified,
            .failure,
            "\(Format.count(count, "message was", "messages were")) \(done), but no Sentinel could say whether the server still is "
                + "the master: \(Failure(reason).message)"
        )
    }
}
