import Caracal
import RESP
import Redis
import Rendering
import Text

/// `group create` and `group seek` as changes that are planned.
struct GroupMoveChange: PlannedChange {
    let move: GroupMove

    func plan(on connection: any CommandChannel) throws(RedisError) -> Result<GroupMovePlan, StreamProblem> {
        try move.plan(on: connection)
    }

    func findings(_ plan: GroupMovePlan) -> [Finding] { plan.findings }

    func commands(_ plan: GroupMovePlan) -> [Command] { plan.outcome == .planned ? [plan.command] : [] }

    func question(_ plan: GroupMovePlan) -> TerminalText {
        let place: TerminalText = plan.next.map { "from \($0) on" } ?? "what is added from now on"
        let group: TerminalText = "\(plan.group) on \(plan.stream.name)"
        return move.creates ? "Create \(group), to read \(place)?" : "Move \(group), to read \(place)?"
    }

    func apply(_ plan: GroupMovePlan, on server: ReconnectingChannel, _ progress: Progress) -> GroupMovePlan {
        move.apply(plan, on: server)
    }

    func status(_ plan: GroupMovePlan) -> ExitStatus { .success }

    func presentation(_ plan: GroupMovePlan, _ frame: PlanFrame) -> GroupMovePresentation {
        GroupMovePresentation(plan: plan, creates: move.creates, frame: frame)
    }

    func ending(_ plan: GroupMovePlan, by connection: any CommandChannel) -> WriteEndingText? {
        let name: TerminalText = "\(plan.group) on \(plan.stream.name)"
        let done = move.creates ? "created" : "moved"
        if let ending = plan.ending {
            let outcome: TerminalText =
                switch plan.outcome {
                case .done: "\(name) was \(done)"
                case .unknown: "whether \(name) was \(done) is unknown: look with caracalctl group ls"
                default: "\(name) was not \(done)"
                }
            return WriteEndingText(
                ending,
                by: connection.endpoint.description,
                outcome: outcome,
                unsettled: plan.unsettled
            )
        }
        let since: TerminalText = "since the plan was made; nothing was changed, and the same command plans anew"
        switch plan.outcome {
        case .movedOn(let id):
            let seen = plan.seen?.lastDeliveredID ?? .zero
            return WriteEndingText(
                .finding,
                .changed,
                "\(name) has come from \(seen) to \(id) \(since) (stop its consumers first)"
            )
        case .exists: return WriteEndingText(.finding, .changed, "\(name) was created by somebody else \(since)")
        case .noGroup: return WriteEndingText(.finding, .noGroup, "\(name) was destroyed \(since)")
        case .anew:
            return WriteEndingText(.finding, .replaced, "\(plan.stream.name) was deleted or made anew \(since)")
        case .planned, .done, .inPlace, .unknown: return nil
        }
    }
}

/// How `group create` and `group seek` show what they did, or would do.
struct GroupMovePresentation: Presentable {
    let plan: GroupMovePlan
    let creates: Bool
    let frame: PlanFrame

    static let columns = [
        Column("STREAM", isFlexible: true, least: 16, priority: 1), .group, Column("RESULT"),
        Column("NEXT", priority: 2), Column("AGE", .right, priority: 5), Column("AGAIN", .right),
        Column("SKIPPED", .right), Column("WAITING", .right, priority: 4), Column("PENDING", .right, priority: 3),
        Column("READERS", .right, priority: 6), Column("FROM", priority: 8), Column("POSITION", priority: 7),
    ]

    func table(_ look: TerminalLook) -> ScreenText { mainTable.map { $0.isEmpty ? "" : $0.render(look) } ?? "" }

    var mainTable: TextTable? {
        var table = TextTable(Self.columns)
        if !frame.problemsOnly || !isAsWished { table.append(row) }
        return table
    }

    private var isAsWished: Bool { [.planned, .done, .inPlace].contains(plan.outcome) && plan.ending == nil }

    private var result: String { plan.outcome.name(done: creates ? "created" : "moved") }

    private var row: [Cell] {
        let isDone = plan.outcome == .done
        let isLeft = plan.outcome == .planned && !frame.isPreview
        let words = isLeft ? "not done" : result.split(separator: "_").joined(separator: " ")
        return [
            Cell(plan.stream.shortName), Cell(name: plan.group),
            Cell(words, style: isDone ? .green : plan.outcome == .planned && !isLeft ? nil : .yellow),
            plan.next.map { Cell($0) } ?? "end", Cell(age: plan.next?.elapsed(at: plan.now)), Cell(plan.again),
            Cell(plan.skipped), Cell(plan.waiting), plan.seen.map { Cell(count: $0.pending) } ?? "-",
            Cell(count: plan.readers.map(\.count)), plan.seen.map { Cell($0.lastDeliveredID) } ?? "-",
            Cell(plan.position),
        ]
    }

    var envelope: Envelope {
        Envelope(
            schema: creates ? "caracalctl.group-create/1" : "caracalctl.group-seek/1",
            at: frame.at,
            server: frame.server.json,
            items: [json],
            summary: ["confirmed": .bool(plan.outcome == .done || plan.outcome == .inPlace)],
            warnings: frame.findings.warnings
        )
    }

    private var json: JSONValue {
        var members = [
            JSONMember("stream", .string(plan.stream.name)), JSONMember("group", .bytes(plan.group)),
            JSONMember("result", .string(result)),
            JSONMember("position", .string(plan.position.description)),
            JSONMember("next", JSONValue(plan.next?.description)),
        ]
        members.append("again", plan.again)
        members.append("skipped", plan.skipped)
        members.append("waiting", plan.waiting)
        members.append(JSONMember("entries_read", JSONValue(plan.entriesRead)))
        if let seen = plan.seen {
            members += [
                JSONMember("from", .string(seen.lastDeliveredID.description)),
                JSONMember("pending", .unsigned(seen.pending)),
                JSONMember("readers", plan.readers.map { .array($0.map { .bytes($0) }) } ?? .null),
            ]
        }
        if frame.isPreview, plan.outcome == .planned {
            members.append(JSONMember("command", .string(plan.command.description)))
        }
        return .object(members)
    }
}
