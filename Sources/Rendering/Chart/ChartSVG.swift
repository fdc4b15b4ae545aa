import Text

/// A plot as an inline SVG, with its key and its figures below it.
///
/// It is as wide as there is room, and its letters are as large as the page's: the lines are on a canvas that is stretched, everything
/// else is placed by shares of the width.
struct ChartSVG {
    private let chart: Chart
    private let ticks: AxisTicks

    /// The room above the plot for marks, that of the plot, and that below it for the time, in pixels.
    private static let (head, body, foot) = (22, 200, 26)
    /// The least distance between the names at the ends of lines.
    private static let nameHeight = 16

    init(_ chart: Chart) {
        self.chart = chart
        ticks = AxisTicks(upTo: chart.series.map(\.most).max() ?? 1, unit: chart.unit)
    }

    /// The figure.
    var markup: HTMLText {
        let id = HTMLText(TerminalText(keeping: chart.id.description))
        let height = Self.head + Self.body + Self.foot
        var output: HTMLText = """
            <figure class="chart" id="plot-\(id)"><figcaption><h3>\(chart.title)</h3><p>\(chart.caption)</p></figcaption>
            <div class="plot"><svg role="img" aria-labelledby="\(id)-title \(id)-desc" width="100%" height="\(height)">
            <title id="\(id)-title">\(chart.title)</title><desc id="\(id)-desc">\(chart.summary)</desc>
            <svg y="\(Self.head)" width="100%" height="\(Self.body)" class="inner">

            """
        output += grid
        output += ChartMarks(chart.marks, of: chart, height: Self.body).markup
        output += lines
        output += dots
        output += names
        output += "</svg>\n"
        output += times
        output += "</svg><p class=\"span\">\(chart.isOneLook ? "one look at " : "")\(chart.span)</p></div>\n"
        output += key
        let figures = HTMLTable.markup(
            chart.table,
            name: "figures of \(chart.title)",
            leading: chart.series.indices.map(Self.swatch)
        )
        output += "<details><summary>Figures</summary>\(figures)</details>\n"
        let hidden = areas.count { $0 == false }
        if hidden > 0 {
            let lines = Format.count(hidden, "line")
            output +=
                "<p class=\"remark\">Without the areas from the least to the greatest value of \(lines): they would cover others.</p>\n"
        }
        if let leftOut = chart.leftOut { output += "<p class=\"remark\">\(leftOut)</p>\n" }
        return output + "</figure>\n"
    }

    // MARK: Axes

    private var grid: HTMLText {
        ticks.values.map { value in
            let y = self.y(value)
            let kind: HTMLText = value == 0 ? "base" : "grid"
            return """
                <line class="\(kind)" x2="100%" y1="\(y)" y2="\(y)"/><text class="tick" x="-8" y="\(y + 4)" text-anchor="end">\
                \(chart.tickText(value))</text>

                """
        }.joined()
    }

    private var times: HTMLText {
        let y = Self.head + Self.body
        // Of one look the caption tells all there is to tell.
        let ticks = chart.isOneLook ? [] : TimeTicks(from: chart.from, to: chart.to, zone: chart.zone).ticks
        return ticks.map { tick in
            let share = chart.share(tick.time)
            let anchor: HTMLText = share < 0.04 ? "start" : share > 0.96 ? "end" : "middle"
            let kind: HTMLText = tick.isMinor ? " class=\"minor\"" : ""
            let x = Chart.percent(share)
            return """
                <g\(kind)><line class="base" x1="\(x)" x2="\(x)" y1="\(y)" y2="\(y + 5)"/><text class="tick" x="\(x)" \
                y="\(y + 20)" text-anchor="\(anchor)">\(tick.label)</text></g>

                """
        }.joined()
    }

    // MARK: Lines

    private var lines: HTMLText {
        let areas = areas
        let paths = chart.series.enumerated().map { index, series -> HTMLText in
            var path = ChartPath(from: chart.from, to: chart.to, top: ticks.top)
            let band = areas[index] == true ? path.band(series.points) : ""
            let area: HTMLText = band.isEmpty ? "" : "<path class=\"band s\(index + 1)\" d=\"\(band)\"/>\n"
            return "\(area)<path class=\"line s\(index + 1)\" d=\"\(path.line(series.points))\"/>\n"
        }
        // The largest on top of the others.
        return """
            <svg class="inner" width="100%" height="\(Self.body)" viewBox="0 0 \(ChartPath.width) \(ChartPath.height)" \
            preserveAspectRatio="none">
            \(paths.reversed().joined())</svg>

            """
    }

    /// Whether the area of a line is drawn, from the largest on: one that would cover more than a fifth of another is not. Nil for a line
    /// that has none.
    private var areas: [Bool?] {
        var drawn: [Int: [Chart.Point]] = [:]
        return chart.series.map { series in
            guard series.points.contains(where: { $0.least < $0.most }) else { return nil }
            let covered = series.points.count { point in
                drawn[point.time, default: []].contains { $0.least < point.most && point.least < $0.most }
            }
            guard covered * 5 <= series.points.count else { return false }
            for point in series.points { drawn[point.time, default: []].append(point) }
            return true
        }
    }

    /// Points between two gaps, which are in no line. On a canvas that is stretched they would be no circles.
    private var dots: HTMLText {
        chart.series.enumerated().reversed().map { index, series -> HTMLText in
            let points = series.points
            return points.indices.filter { place in
                (place == 0 || points[place].followsGap)
                    && (place + 1 == points.count || points[place + 1].followsGap)
            }.map { place -> HTMLText in
                let x = Chart.percent(chart.share(points[place].time))
                return "<circle class=\"dot s\(index + 1)\" cx=\"\(x)\" cy=\"\(y(points[place].mean))\" r=\"3.5\"/>\n"
            }.joined()
        }.joined()
    }

    /// The names at the right, each where its line ends, moved apart where they would be on top of each other.
    private var names: HTMLText {
        let ends = chart.series.map { y($0.points.last?.mean ?? 0) }
        let places = Self.spread(ends, least: Self.nameHeight, within: 4...(Self.body - 2))
        let items = chart.series.indices.map { index -> HTMLText in
            let name = DisplayWidth.abbreviated(chart.series[index].label.text, to: Chart.labelLimit)
            return """
                <path class="leader s\(index + 1)" d="M3 \(ends[index])L14 \(places[index])h4"/><text class="name" x="22" \
                y="\(places[index] + 4)">\(name)</text>

                """
        }
        return "<svg class=\"inner names\" x=\"100%\" width=\"1\" height=\"\(Self.body)\">\n\(items.joined())</svg>\n"
    }

    /// Places in the same order from top to bottom, no two closer than `least`, as near to where they were as that lets them.
    static func spread(_ places: [Int], least: Int, within bounds: ClosedRange<Int>) -> [Int] {
        let order = places.indices.sorted { (places[$0], $0) < (places[$1], $1) }
        var result = places
        var floor = bounds.lowerBound
        for index in order {
            result[index] = max(result[index], floor)
            floor = result[index] + least
        }
        var ceiling = bounds.upperBound
        for index in order.reversed() {
            result[index] = min(result[index], ceiling)
            ceiling = result[index] - least
        }
        return result
    }

    /// The lines beside their names, where there is no room at their ends.
    private var key: HTMLText {
        let items = chart.series.enumerated().map { index, series -> HTMLText in
            "<li>\(Self.swatch(index))\(series.label)</li>"
        }
        return "<ul class=\"key\">\(items.joined())</ul>\n"
    }

    private static func swatch(_ index: Int) -> HTMLText {
        "<svg class=\"swatch\" width=\"30\" height=\"10\" aria-hidden=\"true\"><path class=\"line s\(index + 1)\" d=\"M2 5H28\"/></svg>"
    }

    private func y(_ value: Double) -> Int {
        Self.body - Int((max(0, value) / ticks.top * Double(Self.body)).rounded(within: 1e6))
    }
}

extension Chart {
    /// Whether all of it is of one moment.
    var isOneLook: Bool { from == to }

    /// Where a moment lies between the edges, 0 and 1; one look in the middle.
    func share(_ time: Int) -> Double { isOneLook ? 0.5 : Double(time - from) / Double(max(1, to - from)) }

    /// A share as a length in an SVG.
    static func percent(_ share: Double) -> String {
        let hundredths = Int((share * 10_000).rounded(within: 1e6))
        return "\(hundredths / 100).\(Format.zeroPadded(hundredths % 100, 2))%"
    }
}
