import Caracal
import Redis
import Rendering
import Text

extension WatchScreen {
    /// Who, when, and what there is to know at once; on a low screen the first of it.
    var heading: [String] {
        let lines = [cut(title, .bold), state] + (size.rows >= 12 ? [""] : [])
        return Array(lines.prefix(size.rows >= 4 ? 3 : 1))
    }

    private var title: String {
        let time = model.frame?.now.flatMap { Format.timestamp(milliseconds: $0) }.map {
            "  " + $0.dropFirst(11).prefix(8) + "Z"
        }
        let place =
            switch model.page {
            case .bus: ""
            case .stream(let name): "  \(TerminalText(name))"
            case .help: "  help"
            }
        let interval = Format.duration(milliseconds: Int(clamping: model.interval))
        return "caracalctl watch\(place)  \(TerminalText(model.server))  every \(interval)\(time ?? "")"
    }

    /// What is wrong with the figures comes before the figures.
    private var state: String {
        let age = Format.age(milliseconds: Int(clamping: model.age))
        if let trouble = model.trouble {
            return cut("STALE \(age): \(trouble); trying again", .red)
        }
        if model.isPaused { return cut("PAUSED: the figures are \(age) old", .yellow) }
        guard let frame = model.frame else { return "" }
        if let refusal = frame.refused.first(where: { $0.state.refusal?.kind == .clusterDown })?.state.refusal {
            let streams = Format.count(frame.refused.count, "stream is", "streams are")
            return cut("\(streams) not known: \(refusal.text)", .red)
        }
        let dead = frame.deadLetters.map { Format.compact($0) } ?? "unknown"
        let lack = frame.timeRefusal?.kind == .noPermission ? " (this user may not TIME)" : ""
        let order = model.order == .table ? "in the table's order" : "by \(model.order.rawValue)"
        return cut(
            "memory \(memory(frame.memory.memory))\(at(frame.memory.name))  dead letters \(dead)  in \(rate(frame.rateIn))/s\(lack)  \(order)"
        )
    }

    private func at(_ server: String?) -> String {
        server.map { " at \(TerminalText($0))" } ?? ""
    }

    private func memory(_ memory: ServerMemory) -> String {
        guard let used = memory.used.value else { return "unknown" }
        guard let limit = memory.limit.value, limit > 0 else { return Format.compactSize(used) }
        let share = Format.percentage(Int(clamping: used), of: Int(clamping: limit)) ?? ""
        return "\(Format.compactSize(used)) of \(Format.compactSize(limit)) (\(share))"
    }

    /// A rate, or what stands for an unknown one.
    func rate(_ rate: Double?) -> String {
        rate.map { Format.rate($0) } ?? "?"
    }

    /// A quantity, short; what stands for an unknown one is never 0.
    func short(_ quantity: Quantity, _ form: (UInt64) -> String = { Format.compact($0) }) -> String {
        switch quantity {
        case .exact(let value): form(value)
        case .atLeast(let value): "≥" + form(value)
        case .atMost(let value): "≤" + form(value)
        case .unknown: "?"
        }
    }

    /// A group's lag; where it was not counted to its end, the server's own figure.
    func lag(_ group: GroupStanding) -> String {
        guard let reported = group.reportedLag else { return short(group.lag) }
        switch group.lag {
        case .atLeast(let least) where reported < least: return short(group.lag)
        case .atMost(let most) where reported > most: return short(group.lag)
        case .exact: return short(group.lag)
        case .atLeast, .atMost, .unknown: return "~" + Format.compact(reported)
        }
    }

    /// How long something has been pending; a dash where nothing is.
    func idle(_ quantity: Quantity?) -> String {
        quantity.map { short($0) { Format.age(milliseconds: Int(clamping: $0)) } } ?? "-"
    }
}
