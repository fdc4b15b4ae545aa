import Caracal
import Redis
import Rendering
import Text

extension WatchScreen {
    /// The streams, each as the worst of its groups, or the groups one by one.
    func busLines(_ room: Int) -> [ScreenText] {
        let all = model.rows
        guard !all.isEmpty else {
            return model.filter.isEmpty ? [] : [cut("nothing matches /\(keeping: model.filter) (Esc shows all)")]
        }
        // The marked row is always on the screen.
        let first = room > 1 ? max(0, min(model.marked - max(0, room - 2), all.count - 1)) : 0
        let rows = Array(all.dropFirst(first).prefix(max(1, room)))
        let mark = markColumn(rows.count, marked: model.marked - first)
        if model.showsGroups { return table([mark] + groupColumns(rows), rows: rows.count) }
        let lines = table([mark] + streamColumns(rows.map(\.stream)), rows: rows.count)
        return withTrends(lines, rows.map { (index: $0.index, stream: $0.stream) })
    }

    private func streamColumns(_ streams: [WatchedStream]) -> [WatchColumn] {
        let cells = { (make: (WatchedStream) -> Cell) in streams.map(make) }
        let group = { (make: (WatchedStream, WatchedGroup) -> String) in
            streams.map { stream in Cell(stream.slowest.map { make(stream, $0) } ?? "-") }
        }
        var columns = [
            WatchColumn("STREAM", .left, priority: 0, isFlexible: true, cells(name)),
            WatchColumn("LAG", priority: 0, cells(lag)),
            WatchColumn("BEHIND", priority: 2, group { stream, _ in behind(stream.behind) }),
            WatchColumn("PEND", priority: 3, cells { Cell($0.pending.map { Format.compact($0) } ?? "-") }),
            WatchColumn("OLDEST", priority: 4, cells { Cell(idle($0.oldestIdle)) }),
            WatchColumn("IN/s", priority: 7, cells { Cell(rate($0.rateIn)) }),
            WatchColumn("OUT/s", priority: 8, group { rate($1.rateOut) }),
            WatchColumn("DRAINS", priority: 5, streams.map { drain($0.slowest == nil ? .done : $0.drain) }),
            WatchColumn(
                "LENGTH",
                priority: 9,
                cells { Cell($0.observed.state.info.map { Format.compact($0.length) } ?? "-") }
            ),
            WatchColumn("DEAD", priority: 6, cells(dead)),
            WatchColumn("MEM", priority: 10, cells { Cell($0.bytes.map { Format.compactSize($0) } ?? "?") }),
        ]
        if size.columns >= 110 {
            columns.append(
                WatchColumn(
                    "SLOWEST GROUP",
                    .left,
                    priority: 11,
                    streams.map { stream in
                        stream.slowest.map { Cell(name: $0.standing.name) } ?? "-"
                    }
                )
            )
        }
        return columns + notes(streams.map(\.marks))
    }

    /// The groups of all streams.
    private func groupColumns(_ rows: [WatchRow]) -> [WatchColumn] {
        let groups = rows.compactMap { row in row.group.map { (row.stream, $0) } }
        let streams = WatchColumn("STREAM", .left, priority: 0, isFlexible: true, groups.map { name($0.0) })
        return [streams] + columns(of: groups)
    }

    /// Sparklines of each stream's rate at the right, where there is room for some.
    private func withTrends(
        _ lines: [ScreenText],
        _ rows: [(index: Int, stream: WatchedStream)]
    ) -> [ScreenText] {
        let widths = lines.map(\.width)
        let width = widths.max() ?? 0
        let room = min(size.columns - width - 3, 120)
        guard room >= 10, lines.count == rows.count + 1 else { return lines }
        return lines.enumerated().map { row, line in
            let blanks = String(repeating: " ", count: width - widths[row] + 3)
            guard row > 0 else {
                let title: ScreenText = "IN/s"
                let before = String(repeating: " ", count: room - title.width)
                return "\(line)\(blanks)\(before)\(look.styled(title, .bold))"
            }
            let rates = model.history.rates(ofStream: rows[row - 1].index)
            let trend = Sparkline.text(rates, width: room, unicode: usesUnicode)
            return "\(line)\(blanks)\(look.styled("\(trend)", .green))"
        }
    }

    /// What the bus as a whole did in the last minutes, below the table.
    func chartLines(_ room: Int) -> [ScreenText] {
        guard room >= 4, size.columns >= 40 else { return [] }
        let moments = model.history.moments
        let charts = [("IN/s", moments.map(\.rateIn)), ("LAG", moments.map(\.lag))]
        let width = size.columns - 16
        return [""]
            + charts.map { title, values in
                let line = Sparkline.text(values, width: width, unicode: usesUnicode)
                let most = values.suffix(width).compactMap { $0 }.max().map { "max \(Format.rate($0))" } ?? ""
                return "\(DisplayWidth.padded(title, to: 5))\(look.styled("\(line)", .green)) \(most)"
            }
    }

    private func name(_ stream: WatchedStream) -> Cell {
        Cell(stream.observed.definition.shortName)
    }

    private func lag(_ stream: WatchedStream) -> Cell {
        if let problem = stream.observed.state.problem { return Cell(problem, style: .red) }
        guard let group = stream.slowest else { return "-" }
        let isLate = group.standing.lag != .exact(0)
        return Cell(lag(group.standing), style: isLate ? .yellow : nil)
    }

    private func dead(_ stream: WatchedStream) -> Cell {
        guard let count = stream.deadLetters else { return "?" }
        return Cell(Format.compact(count), style: count > 0 ? .red : nil)
    }
}
