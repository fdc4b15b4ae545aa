import Text

/// The marks of a plot: a line with a number at each moment at which something was found, and a shade over each stretch of time of
/// which nothing is known. Marks that are close share a line or a label, and shades that overlap are one.
struct ChartMarks {
    private let marks: [Chart.Mark]
    private let chart: Chart
    private let height: Int

    /// The width of a digit and of the room beside a label, as shares of the narrowest plot there is, about 290 pixels.
    private static let (digit, room) = (0.03, 0.03)

    /// - Parameter height: that of the plot, in pixels.
    init(_ marks: [Chart.Mark], of chart: Chart, height: Int) {
        // A stretch that begins before the plot does is marked at its beginning.
        let clipped = marks.map { mark in
            (mark.end ?? mark.time) < chart.from
                ? mark : Chart.Mark(number: mark.number, time: max(mark.time, chart.from), end: mark.end)
        }
        self.marks = clipped.filter { (0...1).contains(chart.share($0.time)) }.sorted {
            ($0.time, $0.number) < ($1.time, $1.number)
        }
        self.chart = chart
        self.height = height
    }

    /// All of them.
    var markup: HTMLText { shades + lines + labels }

    private var shades: HTMLText {
        var stretches: [(from: Double, to: Double)] = []
        for mark in marks {
            guard let end = mark.end else { continue }
            // One that is short is to be seen too.
            let (from, to) = (chart.share(mark.time), min(1, max(chart.share(end), chart.share(mark.time) + 0.004)))
            if let before = stretches.last, from <= before.to {
                stretches[stretches.count - 1].to = max(before.to, to)
            } else {
                stretches.append((from, to))
            }
        }
        return stretches.map { stretch -> HTMLText in
            let (x, width) = (Chart.percent(stretch.from), Chart.percent(stretch.to - stretch.from))
            return "<rect class=\"unseen\" x=\"\(x)\" width=\"\(width)\" y=\"0\" height=\"\(height)\"/>\n"
        }.joined()
    }

    private var lines: HTMLText {
        var (output, before): (HTMLText, Double?) = ("", nil)
        for mark in marks {
            let share = chart.share(mark.time)
            if let before, share - before < 0.004 { continue }
            before = share
            let x = Chart.percent(share)
            output += "<line class=\"mark\" x1=\"\(x)\" x2=\"\(x)\" y1=\"-6\" y2=\"\(height)\"/>\n"
        }
        return output
    }

    /// The numbers of marks beside each other that share a label.
    private struct Label {
        var first: Int
        var last: Int
        /// The shares of the first and the last mark.
        var from: Double
        var to: Double

        var text: String { first == last ? "\(first)" : "\(first)–\(last)" }
        var middle: Double { (from + to) / 2 }
        var width: Double { Double(text.count) * ChartMarks.digit + ChartMarks.room }

        func overlaps(_ next: Label) -> Bool { next.middle - middle < (width + next.width) / 2 }
    }

    private var labels: HTMLText {
        var labels: [Label] = []
        for mark in marks {
            let share = chart.share(mark.time)
            labels.append(Label(first: mark.number, last: mark.number, from: share, to: share))
            // A label that grows may reach the one before it.
            while labels.count > 1, labels[labels.count - 2].overlaps(labels[labels.count - 1]) {
                let last = labels.removeLast()
                labels[labels.count - 1].last = last.last
                labels[labels.count - 1].to = last.to
            }
        }
        return labels.map { label -> HTMLText in
            "<text class=\"number\" x=\"\(Chart.percent(label.middle))\" y=\"-10\" text-anchor=\"middle\">\(label.text)</text>\n"
        }.joined()
    }
}
