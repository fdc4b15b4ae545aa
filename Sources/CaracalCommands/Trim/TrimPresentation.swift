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
    /// Whether it is only shown what would be done.
    let isPreview: Bool
    /// Whether nothing is said of what went well.
    let problemsOnly: Bool
    let at = WallClock.now

    private var plan: TrimPlan { report.plan }

    static let columns = [
        .stream, Column("RESULT"), Column("ENTRIES", .right), Column("FROM", priority: 2),
        Column("OLDEST", .right, priority: 1), Column("BEFORE"), Column("LEFT", .right, priority: 3),
    ]

    func table(_ look: TerminalLook) -> ScreenText {
        if isSilent { return "" }
        guard plan.minID != nil || look.choices.isMade else {
            return look.folded("\(plan.stream.shortName): nothing to remove (\(reason))") + "\n"
        }
        return mainTable.map { $0.isEmpty ? "" : $0.render(look) } ?? ""
    }

    var mainTable: TextTable? {
        var table = TextTable(Self.columns)
        if isSilent { return table }
        let result = plan.minID == nil ? "nothing to remove" : result
        table.append([
            Cell(plan.stream.shortName), Cell(result), plan.minID == nil ? Cell(count: 0) : entries,
            plan.first.map { Cell($0) } ?? "-", Cell(age: plan.first?.elapsed(at: plan.now)),
            plan.minID.map { Cell($0) } ?? "-", plan.minID == nil ? Cell(count: plan.length) : left,
        ])
        return table
    }

    private var isSilent: Bool { problemsOnly && report.isDone && !isPreview }

    private var result: String {
        if isPreview { return "planned" }
        if report.isDone { return "removed" }
        return report.removed == nil ? "not confirmed" : "stopped"
    }

    private var entries: Cell {
        isPreview ? Cell(plan.removes) : report.removed.map { Cell(count: $0) } ?? "unknown"
    }

    private var left: Cell {
        isPreview ? Cell(planned) : report.length.map { Cell(count: $0) } ?? "unknown"
    }

    /// How many entries are left, or would be; nil where that is not known exactly.
    private var lengthAfter: UInt64? {
        guard isPreview else { return report.length }
        return if case .exact(let count) = planned { count } else { nil }
    }

    /// How many entries would be left.
    private var planned: Quantity {
        let length = plan.length
        return switch plan.removes {
        case .exact(let count): .exact(length - min(count, length))
        case .atLeast(let count): .atMost(length - min(count, length))
        case .atMost(let count): .atLeast(length - min(count, length))
        case .reported, .unknown: .unknown
        }
    }

    private var reason: TerminalText {
        if plan.length == 0 { return "it is empty" }
        let isWithinBound = plan.staysAtBound && plan.stream.bound.map { plan.length <= $0 } ?? false
        guard !isWithinBound, let slowest = plan.slowest else { return "it is within its bound" }
        if slowest.isBeyondStream {
            return "\(slowest.name) stands beyond the stream's last id, so nothing tells what it was given"
        }
        return "\(slowest.name) has not acknowledged \(slowest.floor) and what follows"
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
            JSONMember("length", JSONValue(lengthAfter)), JSONMember("min_id", JSONValue(plan.minID?.description)),
            JSONMember("removed", isPreview ? .null : plan.minID == nil ? 0 : JSONValue(report.removed)),
            // What is only planned has nobody confirmed.
            JSONMember("confirmed", .bool(report.isDone && (!isPreview || plan.minID == nil))),
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
