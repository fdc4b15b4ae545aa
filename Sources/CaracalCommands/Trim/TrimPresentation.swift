import Caracal
import RESP
import Redis
import Rendering
import Text

/// How `trim` shows what it did, or would do.
struct TrimPresentation: Presentable {
    let report: TrimReport
    let server: ServerPresentation
    /// What an operator should know, how it ended included.
    let findings: [Finding]
    /// Whether it is only shown what would be sent.
    let isPreview: Bool
    /// Whether nothing is said of what went well.
    let problemsOnly: Bool
    let at = WallClock.now

    private var plan: TrimPlan { report.plan }

    func table(_ look: TerminalLook) -> String {
        if isPreview, plan.minID != nil { return plan.requests.map { $0.command.description + "\n" }.joined() }
        return problemsOnly && report.isDone ? "" : text + "\n"
    }

    private var text: String {
        let name = TerminalText(plan.stream.shortName)
        guard let minID = plan.minID else { return "\(name): nothing to remove (\(reason))" }
        let left =
            report.length.map { Format.count($0, "entry is left", "entries are left") }
            ?? "an unknown number of entries are left"
        let rest = report.length.map { Format.count($0, "is left", "are left") } ?? "an unknown number are left"
        let removed =
            report.removed.map { Format.count($0, "entry", "entries") } ?? "an unknown number of entries"
        guard report.isDone else {
            return report.removed == nil
                ? "\(name): not confirmed, \(left) (run it again)"
                : "\(name): stopped, removed \(removed)" + (report.length == nil ? "" : ", \(rest)")
        }
        return "\(name): removed \(removed) before \(minID), \(rest)"
    }

    private var reason: String {
        if plan.length == 0 { return "it is empty" }
        let isWithinBound = plan.staysAtBound && plan.stream.bound.map { plan.length <= $0 } ?? false
        guard !isWithinBound, let slowest = plan.slowest else { return "it is within its bound" }
        if slowest.isBeyondStream {
            return
                "\(TerminalText(slowest.name)) stands beyond the stream's last id, so nothing tells what it was given"
        }
        return "\(TerminalText(slowest.name)) has not acknowledged \(slowest.floor) and what follows"
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.trim/1",
            at: at,
            server: server.json,
            items: plan.groups.map(json),
            summary: .object(summary),
            warnings: findings.warnings
        )
    }

    private func json(_ group: TrimPlan.GroupCost) -> JSONValue {
        [
            "group": .bytes(group.name), "holds_from": .string(group.floor.description),
            "loses_undelivered": JSONValue(group.undelivered.value),
            "loses_unacknowledged": .unsigned(group.unacknowledged),
        ]
    }

    private var summary: [JSONMember] {
        var members = [
            JSONMember("stream", .string(plan.stream.name)), JSONMember("length_before", .unsigned(plan.length)),
            JSONMember("length", JSONValue(report.length)), JSONMember("min_id", JSONValue(plan.minID?.description)),
            JSONMember("removed", isPreview ? .null : plan.minID == nil ? 0 : JSONValue(report.removed)),
            JSONMember("confirmed", .bool(report.isDone)),
        ]
        members.append("removes", plan.removes)
        if isPreview {
            members.append(
                JSONMember("commands", .array(plan.requests.map { .string($0.command.description) }))
            )
        }
        return members
    }
}
