import Caracal
import Redis
import Rendering
import Text

extension WatchScreen {
    /// The streams, each with its slowest group, and with what all its groups hold.
    func busLines(_ room: Int) -> [String] {
        let all = model.streams
        // The marked stream is always on the screen.
        let first = max(0, min(model.marked - max(0, room - 2), all.count - 1))
        let rows = Array(all.dropFirst(room > 1 ? first : 0))
        let streams = rows.map(\.stream)
        let cells = { (make: (WatchedStream) -> Cell) in streams.map(make) }
        let group = { (make: (WatchedGroup) -> String) in
            streams.map { stream in Cell(stream.slowest.map(make) ?? "-") }
        }
        var columns = [
            WatchColumn("", .left, priority: 9, rows.indices.map { Cell(first + $0 == model.marked ? ">" : " ") }),
            WatchColumn("STREAM", .left, priority: 0, isFlexible: true, cells(name)),
            WatchColumn("LAG", priority: 0, cells(lag)),
            WatchColumn("PEND", priority: 2, cells { Cell($0.pending.map { Format.compact($0) } ?? "-") }),
            WatchColumn("OLDEST", priority: 3, cells { Cell(idle($0.oldestIdle)) }),
            WatchColumn("IN/s", priority: 4, cells { Cell(rate($0.rateIn)) }),
            WatchColumn("OUT/s", priority: 5, group { rate($0.rateOut) }),
            WatchColumn(
                "LENGTH",
                priority: 6,
                cells { Cell($0.observed.state.info.map { Format.compact($0.length) } ?? "-") }
            ),
            WatchColumn("DEAD", priority: 7, cells(dead)),
            WatchColumn("MEM", priority: 8, cells { Cell($0.bytes.map { Format.compactSize($0) } ?? "?") }),
        ]
        if size.columns >= 110 {
            columns.append(
                WatchColumn(
                    "SLOWEST GROUP",
                    .left,
                    priority: 10,
                    streams.map { stream in
                        stream.slowest.map { Cell(bytes: $0.standing.name) } ?? "-"
                    }
                )
            )
        }
        return withTrends(table(columns, rows: rows.count), rows)
    }

    /// Sparklines of each stream's rate at the right, where there is room for some.
    private func withTrends(_ lines: [String], _ rows: [(index: Int, stream: WatchedStream)]) -> [String] {
        let plain = lines.map { Self.withoutStyles($0) }
        let width = plain.map { DisplayWidth.of($0) }.max() ?? 0
        let room = min(size.columns - width - 3, 120)
        guard room >= 10, lines.count == rows.count + 1 else { return lines }
        return lines.enumerated().map { row, line in
            let blanks = String(repeating: " ", count: width - DisplayWidth.of(plain[row]) + 3)
            guard row > 0 else {
                let title = "IN/s"
                return line + blanks + String(repeating: " ", count: room - title.count) + look.styled(title, .bold)
            }
            let rates = model.history.rates(ofStream: rows[row - 1].index)
            return line + blanks + look.styled(Sparkline.text(rates, width: room, unicode: usesUnicode), .green)
        }
    }

    /// What the bus as a whole did in the last minutes, below the table.
    func chartLines(_ room: Int) -> [String] {
        guard room >= 4, size.columns >= 40 else { return [] }
        let moments = model.history.moments
        let charts = [("IN/s", moments.map(\.rateIn)), ("LAG", moments.map(\.lag))]
        let width = size.columns - 16
        return [""]
            + charts.map { title, values in
                let line = Sparkline.text(values, width: width, unicode: usesUnicode)
                let most = values.suffix(width).compactMap { $0 }.max().map { "max \(Format.rate($0))" } ?? ""
                return "\(DisplayWidth.padded(title, to: 5))\(look.styled(line, .green)) \(most)"
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

    /// A line as wide as it looks.
    private static func withoutStyles(_ line: String) -> String {
        var output = String.UnicodeScalarView()
        var isInside = false
        for scalar in line.unicodeScalars {
            if scalar == "\u{1B}" { isInside = true }
            if !isInside { output.append(scalar) }
            if isInside, scalar == "m" { isInside = false }
        }
        return String(output)
    }
}
