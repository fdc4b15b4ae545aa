import Text

/// A plot of a few series over time. Gaps are where nothing is known.
package struct Chart: Sendable {
    /// What is measured.
    package enum Unit: Sendable, Equatable {
        case count
        case perSecond
        case bytes
        case milliseconds
    }

    /// What was seen in a stretch of time: one value, or of several the least, the greatest and their mean.
    package struct Point: Sendable, Equatable {
        /// Unix milliseconds.
        package let time: Int
        /// The least value.
        package let least: Double
        /// The greatest value.
        package let most: Double
        /// Their mean.
        package let mean: Double
        /// Whether nothing is known between the point before it and this one.
        package let followsGap: Bool

        package init(time: Int, least: Double, most: Double, mean: Double, followsGap: Bool) {
            self.time = time
            self.least = least
            self.most = most
            self.mean = mean
            self.followsGap = followsGap
        }
    }

    /// One line.
    package struct Series: Sendable, Equatable {
        /// What it is of, as the table below the plot names it.
        package let name: TerminalText
        /// The same in short, for the plot itself.
        package let label: TerminalText
        /// In the order of time.
        package let points: [Point]
        /// The first value, for the table below the plot: like the next three it is exact, where points are thinned.
        package let first: Double
        /// The last value.
        package let last: Double
        /// The least value.
        package let least: Double
        /// The greatest value.
        package let most: Double
        /// How well it is known, where that is not exactly.
        package let remark: TerminalText?

        package init(
            name: TerminalText,
            label: TerminalText? = nil,
            points: [Point],
            first: Double,
            last: Double,
            least: Double,
            most: Double,
            remark: TerminalText? = nil
        ) {
            self.name = name
            self.label = label ?? name
            self.points = points
            self.first = first
            self.last = last
            self.least = least
            self.most = most
            self.remark = remark
        }
    }

    /// A moment at which something was found, or a stretch of time of which nothing is known; its number is explained elsewhere.
    package struct Mark: Sendable, Equatable {
        /// The number that stands at it.
        package let number: Int
        /// Unix milliseconds.
        package let time: Int
        /// When the stretch is over; nil for a moment.
        package let end: Int?

        package init(number: Int, time: Int, end: Int? = nil) {
            self.number = number
            self.time = time
            self.end = end
        }
    }

    /// A word of our own that no other plot has.
    package let id: StaticString
    /// Its heading.
    package let title: TerminalText
    /// What is shown, in a sentence.
    package let caption: TerminalText
    /// What its values are.
    package let unit: Unit
    /// The largest first; at most as many as there are dash patterns.
    package let series: [Series]
    /// What is not shown, in a sentence; nil when all is.
    package let leftOut: TerminalText?
    /// The moments and stretches that are marked in it.
    package let marks: [Mark]
    /// The first moment of the axis, in Unix milliseconds.
    package let from: Int
    /// The last moment of the axis, in Unix milliseconds.
    package let to: Int
    /// The zone that the axis shows times of.
    package let zone: ClockZone

    /// How many lines a plot has at most: as many as can be told apart without colour.
    package static let seriesLimit = 8
    /// How many columns of a name find room at the end of its line.
    package static let labelLimit = 30

    package init(
        id: StaticString,
        title: TerminalText,
        caption: TerminalText,
        unit: Unit,
        series: [Series],
        leftOut: TerminalText?,
        marks: [Mark],
        from: Int,
        to: Int,
        zone: ClockZone
    ) {
        self.id = id
        self.title = title
        self.caption = caption
        self.unit = unit
        self.series = series
        self.leftOut = leftOut
        self.marks = marks
        self.from = from
        self.to = to
        self.zone = zone
    }
}

extension Chart {
    /// A value with its unit: `1,204`, `7.5/s`, `1.5 GiB`, `8m12s`.
    package func text(_ value: Double) -> String {
        switch unit {
        case .count: Format.grouped(Int(value.rounded(within: 1e15)))
        case .perSecond: Format.rate(value) + "/s"
        case .bytes: Format.size(bytes: Int(value.rounded(within: 1e18)))
        case .milliseconds: Format.age(milliseconds: Int(value.rounded(within: 1e15)))
        }
    }

    /// A value beside a tick: shorter.
    func tickText(_ value: Double) -> String {
        switch unit {
        case .count: value < 10_000 ? text(value) : Self.short(value)
        case .perSecond: (value < 10_000 ? Self.plain(value) : Self.short(value)) + "/s"
        case .bytes, .milliseconds: text(value)
        }
    }

    /// A number of thousands or more that has few digits: `20k`, `1.5M`.
    private static func short(_ value: Double) -> String {
        let units: [(Double, String)] = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]
        guard let (size, letter) = units.first(where: { value >= $0.0 }) else { return plain(value) }
        return plain(value / size) + letter
    }

    /// A number with as many decimals as it takes, three at most.
    private static func plain(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded(within: 1e15))
        let (whole, rest) = (thousandths / 1000, thousandths % 1000)
        guard rest > 0 else { return Format.grouped(whole) }
        var digits = Format.zeroPadded(rest, 3)
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(Format.grouped(whole)).\(digits)"
    }

    /// The figures of its lines: the first and the last that were known, the least and the greatest.
    package var table: TextTable {
        let hasRemarks = series.contains { $0.remark != nil }
        let columns =
            [Column("SERIES")] + ["FIRST", "LAST", "MIN", "MAX"].map { Column($0, .right) }
            + (hasRemarks ? [Column("KNOWN")] : [])
        return series.reduce(into: TextTable(columns)) { table, line in
            let figures = [line.first, line.last, line.least, line.most].map { Cell(TerminalText(keeping: text($0))) }
            table.append([Cell(line.name)] + figures + (hasRemarks ? [Cell(line.remark ?? "exactly")] : []))
        }
    }

    /// The time that its axis covers, with the date and the zone.
    var span: String { zone.span(from: from, to: to) }

    /// What is to be seen, for who does not see it.
    var summary: TerminalText {
        let lines = series.map { line -> TerminalText in
            "\(line.name): \(text(line.first)) at first, \(text(line.last)) at last, between \(text(line.least)) and \(text(line.most))"
        }
        return "\(span). \(lines.joined(separator: "; "))."
    }
}

extension Double {
    /// The nearest whole number, within bounds that an `Int` holds.
    func rounded(within limit: Double) -> Double { Swift.min(Swift.max(self.rounded(), -limit), limit) }
}
