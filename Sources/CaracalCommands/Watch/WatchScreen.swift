import Caracal
import Redis
import Rendering
import Text

/// A screen of `watch`: a pure function of what is known, how large the screen is, and what it can show.
struct WatchScreen {
    let model: WatchModel
    let size: ScreenSize
    let usesColour: Bool
    /// Whether the terminal shows more than ASCII.
    let usesUnicode: Bool
    /// How the commands on it reach the server; nil for one that the environment names.
    var route: FixRoute?
    /// The zone of the time in its heading.
    var zone = ClockZone.utc

    /// Below this many columns there is no room for colour to be told from text.
    private static let leastColouredWidth = 24

    /// Exactly as many lines as the screen has, none wider than it.
    var lines: [ScreenText] {
        guard size.rows > 0, size.columns > 0 else { return [] }
        let head = heading
        let foot = size.rows >= 6 ? [cut(keys, .dim)] : []
        let room = max(0, size.rows - head.count - foot.count)
        var lines = Array(head.prefix(size.rows)) + Array(body(room).prefix(room))
        while lines.count + foot.count < size.rows { lines.append("") }
        return (lines + foot).map { usesUnicode ? $0 : $0.inASCII }
    }

    /// What the terminal can show.
    var look: TerminalLook {
        let isWide = size.columns >= Self.leastColouredWidth
        return TerminalLook(usesColour: usesColour && isWide, width: size.columns)
    }

    /// A line of our own, cut to the width. Colour only around the whole of it.
    func cut(_ text: TerminalText, _ style: Style? = nil) -> ScreenText {
        look.styled("\(text.truncated(to: size.columns))", style)
    }

    /// The lines of a table, as many columns of it as fit.
    func table(_ columns: [WatchColumn], rows: Int) -> [ScreenText] {
        var table = TextTable(columns.map(\.column))
        for row in 0..<rows { table.append(columns.map { $0.cells[row] }) }
        return table.render(look).lines
    }

    private func body(_ room: Int) -> [ScreenText] {
        switch model.page {
        case .help: return WatchHelp.lines.map { cut("\($0)") }
        case .stream(let name):
            guard let stream = model.stream(named: name) else { return [] }
            let (lines, marked) = streamLines(stream)
            return Array(lines.dropFirst(max(0, min(marked - room + 1, lines.count - room))))
        case .pending, .deadLetters, .entry: return detailLines(room)
        case .bus:
            guard model.frame != nil else { return [cut("waiting for the first figures")] }
            let table = busLines(room)
            let charts = chartLines(room - table.count)
            return table + charts
        }
    }

    private var keys: TerminalText {
        let arrows = usesUnicode ? "↑↓" : "jk"
        if model.isFiltering, model.page == .bus { return "/\(keeping: model.filter)_  Enter keeps it  Esc shows all" }
        return switch model.page {
        case .bus: "q quit  s sort  g groups  / filter  p pause  +- interval  \(arrows) Enter open  ? help"
        case .stream: "q quit  Esc back  \(arrows) Enter pending entries  d dead letters  ? help"
        case .pending, .deadLetters: "q quit  Esc back  \(arrows) Enter open  p pause  ? help"
        case .entry: "q quit  Esc back  \(arrows) scroll  ? help"
        case .help: "any key goes back"
        }
    }
}

extension WatchScreen {
    /// Who, when, and what there is to know at once; on a low screen the first of it.
    var heading: [ScreenText] {
        let lines = [cut(title, .bold), state] + (size.rows >= 12 ? [""] : [])
        return Array(lines.prefix(size.rows >= 4 ? 3 : 1))
    }

    private var title: TerminalText {
        let time = model.frame?.now.flatMap { zone.timestamp(milliseconds: $0) }.map {
            "  " + $0.dropFirst(11).prefix(8) + $0.dropFirst(23)
        }
        let place: TerminalText =
            switch model.page {
            case .bus: ""
            case .stream(let name), .deadLetters(let name), .pending(let name, _, _): "  \(name)"
            case .entry(let key, _): "  \(key)"
            case .help: "  help"
            }
        let interval = Format.duration(milliseconds: Int(clamping: model.interval))
        return "caracalctl watch\(place)  \(model.server)  every \(interval)\(time ?? "")"
    }

    /// What is wrong with the figures comes before the figures.
    private var state: ScreenText {
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
        let unseen = frame.missingRight.map { "  this user may not \($0.names)" } ?? ""
        let order = model.order == .table ? "in the table's order" : "by \(orderName)"
        let filter: TerminalText = model.filter.isEmpty || model.page != .bus ? "" : "  only /\(keeping: model.filter)"
        return cut(
            "memory \(memory(frame.memory.memory))\(at(frame.memory.name))  dead letters \(dead)  in \(rate(frame.rateIn))/s\(lack)  \(order)\(filter)\(model.keys.note.map { "  \($0)" } ?? "")\(unseen)"
        )
    }

    /// Groups have no length: they are sorted by what they hold.
    private var orderName: String {
        model.showsGroups && model.order == .length ? "pending" : model.order.rawValue
    }

    private func at(_ server: String?) -> TerminalText {
        server.map { " at \($0)" } ?? ""
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
        case .reported(let value): "~" + form(value)
        case .unknown: "?"
        }
    }

    /// A group's lag; where it was not counted to its end, the server's own figure.
    func lag(_ group: GroupStanding) -> String { short(group.shownLag) }

    /// How long something has been pending; a dash where nothing is.
    func idle(_ quantity: Quantity?) -> String {
        quantity.map { short($0) { Format.age(milliseconds: Int(clamping: $0)) } } ?? "-"
    }

    /// The age of what waits; a dash where nothing does.
    func behind(_ milliseconds: Int?) -> String {
        guard let milliseconds else { return "?" }
        return milliseconds == 0 ? "-" : Format.age(milliseconds: milliseconds)
    }

    /// When nothing will wait any more; a dash where nothing does.
    func drain(_ drain: Drain) -> Cell {
        switch drain {
        case .done: "-"
        case .after(let time): Cell(Format.age(milliseconds: Int(clamping: time)))
        case .never: Cell("never", style: .yellow)
        case .unknown: "?"
        }
    }

    /// A column that marks one of the rows.
    func markColumn(_ count: Int, marked: Int) -> WatchColumn {
        WatchColumn("", .left, priority: 4, (0..<count).map { Cell($0 == marked ? ">" : " ") })
    }

    /// What is wrong with each row, where anything is wrong with one.
    func notes(_ marks: [[WatchMark]]) -> [WatchColumn] {
        guard marks.contains(where: { !$0.isEmpty }) else { return [] }
        return [
            WatchColumn(
                "NOTE",
                .left,
                priority: 1,
                marks.map { Cell($0.map(\.word).joined(separator: ","), style: .red) }
            )
        ]
    }
}
