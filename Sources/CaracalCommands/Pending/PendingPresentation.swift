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
    let at = WallClock.now

    /// - Parameter showsLoss: whether losses and trim horizons are shown to those who do not ask for them.
    static func columns(showsLoss: Bool) -> [Column] {
        [
            .stream, .group, Column("PENDING", .right), Column("LAG", .right), Column("OLDEST", .right, priority: 3),
            Column("TRIES", .right, priority: 4), Column("LOST", .right, priority: 1, isHidden: !showsLoss),
            Column("HORIZON", .right, priority: 5, isHidden: !showsLoss), Column("CONSUMERS", least: 14, priority: 2),
        ]
    }

    func table(_ look: TerminalLook) -> String {
        mainTable.map { $0.isEmpty ? "" : $0.render(look) } ?? ""
    }

    var mainTable: TextTable? {
        var table = TextTable(Self.columns(showsLoss: showsLoss))
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
            items: report.groups.map { $0.json(maxDeliveries: maxDeliveries, listsConsumers: true) },
            summary: [
                "groups": .integer(Int64(report.groups.count { $0.info != nil })),
                "missing": .integer(Int64(missing)),
                "pending": pending,
            ],
            warnings: report.findings.warnings
        )
    }

    var metrics: [MetricFamily]? {
        GroupMetrics(report.groups).families
    }

    /// Unknown as soon as one stream's groups are: a sum that leaves something out would be too small.
    private var pending: JSONValue {
        guard report.streams.allSatisfy({ $0.state.refusal == nil }) else { return .null }
        return .unsigned(report.groups.reduce(0) { $0.saturatingAdd($1.info?.pending ?? 0) })
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
        return report.groups.filter { $0.stream == stream.definition }.map { [name] + row($0) }
    }

    private func row(_ group: GroupStanding) -> [Cell] {
        let name = Cell(bytes: group.name)
        guard let info = group.info else { return [name, Cell("MISSING", style: .red)] }
        return [
            name, Cell(count: info.pending), Cell(group.lag), Cell(duration: group.oldestIdle), tries(group),
            lost(group),
            Cell(group.trimHorizon), consumers(group),
        ]
    }

    /// What is certain, else what the server's counters say.
    private func lost(_ group: GroupStanding) -> Cell {
        switch group.loss {
        case .reported(let count):
            Cell(
                "~\(Format.grouped(UInt(count)))",
                value: "~\(count)",
                rank: .number(Double(count)),
                style: .red
            )
        case .certain: Cell(group.lost, style: .red)
        case .possible, nil: Cell(group.lost)
        }
    }

    private func tries(_ group: GroupStanding) -> Cell {
        Cell(group.mostDeliveries).adding(group.deliveryLimit(maxDeliveries).map { "/\($0)" })
    }

    private func consumers(_ group: GroupStanding) -> Cell {
        guard let consumers = group.consumers else { return "unknown" }
        if consumers.isEmpty { return "-" }
        let counts = ConsumerState.allCases.compactMap { state -> String? in
            let count = group.count(state) ?? 0
            return count > 0 ? "\(Format.grouped(count)) \(state.rawValue)" : nil
        }
        let isTroubled = consumers.contains { $0.state == .stuck || $0.state == .gone && $0.info.pending > 0 }
        return Cell(counts.joined(separator: ", "), style: isTroubled ? .yellow : nil)
    }
}

extension GroupStanding {
    /// The group as an item of an envelope, with its consumers one by one where that is wanted.
    func json(maxDeliveries: UInt64, listsConsumers: Bool = false) -> JSONValue {
        var members = [
            JSONMember("stream", .string(stream.name)), JSONMember("group", .bytes(name)),
            JSONMember("exists", .bool(info != nil)), JSONMember("pending", JSONValue(info?.pending)),
        ]
        members.append("lag", info.map { _ in lag })
        members.append("lost", info.map { _ in lost })
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
    var json: JSONValue {
        [
            "consumer": .bytes(info.name), "state": .string(state.rawValue), "pending": .unsigned(info.pending),
            "held_ms": JSONValue(held), "idle_ms": .unsigned(info.idle), "last_success_ms": lastSuccess,
        ]
    }

    private var lastSuccess: JSONValue {
        switch info.lastSuccess {
        // Before Redis 7.2 the idle time is that since the last success.
        case .untold: .unsigned(info.idle)
        case .never: .null
        case .ago(let time): .unsigned(time)
        }
    }
}
