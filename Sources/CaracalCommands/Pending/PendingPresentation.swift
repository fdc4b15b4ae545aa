import Caracal
import Redis
import Rendering
import Text

/// How `pending` shows every group.
struct PendingPresentation: Presentable {
    let report: PendingReport
    let server: ServerPresentation
    /// How often an audit event is delivered before it becomes a dead letter.
    let maxDeliveries: UInt64
    /// Whether losses and trim horizons have columns.
    let showsLoss: Bool
    /// Whether streams that are in order are left out of the table.
    let problemsOnly: Bool
    /// How the groups fared between two looks, in the order of the report; nil for one look.
    var flows: [GroupFlow]?
    let at = WallClock.now

    /// - Parameters:
    ///   - showsLoss: whether losses and trim horizons are shown to those who do not ask for them.
    ///   - showsFlow: whether there are rates.
    static func columns(showsLoss: Bool, showsFlow: Bool) -> [Column] {
        let flow = [
            Column("IN/s", .right, priority: 3), Column("OUT/s", .right, priority: 3), Column("DRAINS IN", .right),
        ]
        return [
            .stream, Column("GROUP", isFlexible: true), Column("PENDING", .right), Column("LAG", .right),
            Column("BEHIND", .right, priority: 1),
        ] + (showsFlow ? flow : []) + [
            Column("OLDEST", .right, priority: 2), Column("TRIES", .right, priority: 5),
            Column("LOST", .right, priority: 1, isHidden: !showsLoss),
            Column("HORIZON", .right, priority: 6, isHidden: !showsLoss), Column("CONSUMERS", least: 9, priority: 4),
        ]
    }

    func table(_ look: TerminalLook) -> ScreenText {
        mainTable.map { $0.isEmpty ? "" : $0.render(look) } ?? ""
    }

    var mainTable: TextTable? {
        var table = TextTable(Self.columns(showsLoss: showsLoss, showsFlow: flows != nil))
        for stream in report.streams where !problemsOnly || hasProblem(stream.definition) {
            for row in rows(stream) { table.append(row) }
        }
        return table
    }

    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.pending/1",
            at: at,
            server: server.json,
            items: report.streams.flatMap(items),
            summary: [
                "groups": .integer(Int64(report.groups.count { $0.info != nil })),
                "missing": .integer(Int64(missing)),
                "pending": pending,
            ],
            warnings: report.findings.warnings
        )
    }

    var metrics: [MetricFamily]? {
        GroupMetrics(report.groups, maxDeliveries: maxDeliveries).families
    }

    /// Unknown as soon as one stream's groups are: a sum that leaves something out would be too small.
    private var pending: JSONValue {
        guard report.streams.allSatisfy({ $0.state.refusal == nil }) else { return .null }
        return .unsigned(report.groups.reduce(0) { $0.saturatingAdd($1.info?.pending ?? 0) })
    }

    /// The groups of a stream.
    private func items(_ stream: ObservedStream) -> [JSONValue] {
        let missing = stream.missingGroups.map { group in
            let flow = flows.map { _ in GroupFlow(of: group, rateIn: nil, rateOut: nil) }
            return group.json(maxDeliveries: maxDeliveries, listsConsumers: true, flow: flow)
        }
        return missing
            + report.groups.enumerated().filter { $1.stream == stream.definition }.map { index, group in
                group.json(maxDeliveries: maxDeliveries, listsConsumers: true, flow: flows?[index])
            }
    }

    private var missing: Int {
        report.groups.count { $0.info == nil } + report.streams.count { $0.state == .missing }
    }

    private func hasProblem(_ stream: StreamDefinition) -> Bool {
        report.findings.contains { $0.stream == stream.name }
    }

    private func rows(_ stream: ObservedStream) -> [[Cell]] {
        let name = Cell(stream.definition.shortName)
        if let word = stream.state.problem { return [[name, "-", Cell(word, style: .red)]] }
        return report.groups.enumerated().filter { $1.stream == stream.definition }.map { index, group in
            [name] + row(group, flows?[index])
        }
    }

    private func row(_ group: GroupStanding, _ flow: GroupFlow?) -> [Cell] {
        let name = Cell(name: group.name)
        guard let info = group.info else { return [name, Cell("MISSING", style: .red)] }
        return [
            name, Cell(count: info.pending), Cell(group.shownLag), Cell(behind: group),
        ] + (flow.map { [Cell(rate: $0.rateIn), Cell(rate: $0.rateOut), Cell($0.drain)] } ?? []) + [
            Cell(duration: group.oldestIdle), tries(group), lost(group), Cell(group.trimHorizon), consumers(group),
        ]
    }

    /// What is certain, else what the server's counters say.
    private func lost(_ group: GroupStanding) -> Cell {
        switch group.canLose ? group.loss : nil {
        case .reported(let count):
            Cell(
                "~\(Format.grouped(UInt(count)))",
                value: "~\(count)",
                rank: .number(Double(count)),
                style: .red
            )
        case .certain: Cell(group.lost, style: .red)
        case .possible, .deleted, nil: Cell(group.lost)
        }
    }

    private func tries(_ group: GroupStanding) -> Cell {
        Cell(group.mostDeliveries).adding(group.deliveryLimit(maxDeliveries).map { "/\($0)" })
    }

    private func consumers(_ group: GroupStanding) -> Cell {
        guard let consumers = group.consumers else {
            return group.hasUnlistedConsumers
                ? Cell("\(Format.grouped(UInt(group.info?.consumers ?? 0))) in all") : "unknown"
        }
        if consumers.isEmpty { return "-" }
        let counts = ConsumerState.allCases.compactMap { state -> String? in
            let count = group.count(state) ?? 0
            return count > 0 ? "\(Format.grouped(count)) \(state.rawValue)" : nil
        }
        let isTroubled = consumers.contains { $0.state == .stuck || $0.state == .gone && $0.info.pending > 0 }
        return Cell(counts.joined(separator: ", "), style: isTroubled ? .yellow : nil)
    }
}

extension Cell {
    /// How old what waits for a group is; `-` where nothing waits.
    init(behind group: GroupStanding) {
        guard group.lag != .exact(0) else {
            self.init("-")
            return
        }
        guard let behind = group.behind else {
            self.init("unknown")
            return
        }
        self.init(age: behind)
    }

    /// How many a second, or `unknown`.
    fileprivate init(rate: Double?) {
        guard let rate else {
            self.init("unknown")
            return
        }
        self.init(TerminalText(keeping: Format.rate(rate)), value: "\(rate)", rank: .number(rate))
    }

    /// When a group will have been given all that waits; `-` where nothing waits.
    fileprivate init(_ drain: Drain) {
        switch drain {
        case .done: self.init("-")
        case .after(let time): self.init(age: time)
        case .never: self.init("never", style: .red)
        case .unknown: self.init("unknown")
        }
    }
}

extension GroupStanding {
    /// The group as an item of an envelope.
    ///
    /// - Parameters:
    ///   - listsConsumers: whether its consumers are there one by one.
    ///   - flow: how it fared between two looks; nil for one look.
    func json(maxDeliveries: UInt64, listsConsumers: Bool = false, flow: GroupFlow? = nil) -> JSONValue {
        var members = [
            JSONMember("stream", .string(stream.name)), JSONMember("group", .bytes(name)),
            JSONMember("exists", .bool(info != nil)), JSONMember("pending", JSONValue(info?.pending)),
        ]
        members.append("lag", info.map { _ in shownLag })
        members.append(JSONMember("behind_ms", JSONValue(behind)))
        if let flow {
            members += [
                JSONMember("rate_in", JSONValue(flow.rateIn)), JSONMember("rate_out", JSONValue(flow.rateOut)),
                JSONMember("drains_in_ms", JSONValue(flow.drain.milliseconds)),
            ]
        }
        members.append("lost", info.map { _ in lost })
        members.append(JSONMember("lost_reported", JSONValue(loss?.reported)))
        members.append("trim_horizon", info.flatMap { _ in trimHorizon })
        members.append("oldest_idle", oldestIdle, unit: "_ms")
        members.append("most_deliveries", mostDeliveries)
        members += [
            JSONMember("max_deliveries", JSONValue(deliveryLimit(maxDeliveries))),
            JSONMember("last_delivered_id", JSONValue(info?.lastDeliveredID.description)),
            JSONMember("consumers", consumers(areListed: listsConsumers)), JSONMember("counted", .bool(isCounted)),
        ]
        return .object(members)
    }

    private func consumers(areListed: Bool) -> JSONValue {
        guard info != nil, let consumers else { return .null }
        var members = [JSONMember("total", .integer(Int64(consumers.count)))]
        members += ConsumerState.allCases.map { JSONMember($0.rawValue, .integer(Int64(count($0) ?? 0))) }
        if areListed {
            let listed = foremostConsumers(PendingEntryWriter.consumerLimit) ?? []
            members += [
                JSONMember("items", .array(listed.map(\.json))),
                JSONMember("left_out", .integer(Int64(consumers.count - listed.count))),
            ]
        }
        return .object(members)
    }
}

extension ConsumerStanding {
    /// The consumer as a value of an envelope.
    var json: JSONValue { .object(members) }

    /// What an item of an envelope has of a consumer.
    var members: [JSONMember] {
        [
            JSONMember("consumer", .bytes(info.name)), JSONMember("state", .string(state.rawValue)),
            JSONMember("pending", .unsigned(info.pending)), JSONMember("held_ms", JSONValue(held)),
            JSONMember("idle_ms", .unsigned(info.idle)), JSONMember("last_success_ms", lastSuccess),
        ]
    }

    private var lastSuccess: JSONValue {
        switch info.lastSuccess {
        // Before Redis 7.2 the idle time is that since the last success.
        case .notReported: .unsigned(info.idle)
        case .never: .null
        case .ago(let time): .unsigned(time)
        }
    }
}
