import Testing
import Text

@testable import Rendering

struct ChartTests {
    private func ticks(_ most: Double, _ unit: Chart.Unit) -> [Double] { AxisTicks(upTo: most, unit: unit).values }

    private func chart(_ series: [Chart.Series], unit: Chart.Unit = .count, marks: [Chart.Mark] = []) -> Chart {
        Chart(
            id: "lag",
            title: "Lag",
            caption: "Entries.",
            unit: unit,
            series: series,
            leftOut: nil,
            marks: marks,
            from: 0,
            to: 1000,
            zone: .utc
        )
    }

    private func series(_ name: TerminalText, _ values: [(Int, Double, Bool)]) -> Chart.Series {
        Chart.Series(
            name: name,
            points: values.map { Chart.Point(time: $0.0, least: $0.1, most: $0.1, mean: $0.1, followsGap: $0.2) },
            first: values.first?.1 ?? 0,
            last: values.last?.1 ?? 0,
            least: values.map(\.1).min() ?? 0,
            most: values.map(\.1).max() ?? 0
        )
    }

    @Test func ticksAreEasyToReadOff() {
        #expect(ticks(3, .count) == [0, 1, 2, 3])
        #expect(ticks(97, .count) == [0, 50, 100])
        #expect(ticks(1_204, .count) == [0, 500, 1_000, 1_500])
        #expect(ticks(0.3, .perSecond) == [0, 0.1, 0.2, 0.30000000000000004])
        #expect(ticks(500 * 1_048_576, .bytes) == [0, 1, 2, 3, 4].map { $0 * 128 * 1_048_576 })
        #expect(ticks(2_000_000, .milliseconds) == [0, 600_000, 1_200_000, 1_800_000, 2_400_000])
    }

    @Test func ticksOfNothingAreNotEndless() {
        let hostile = [
            0, -1, .infinity, -.infinity, .nan, 1e-300, 1e300, .leastNonzeroMagnitude, .leastNormalMagnitude,
            .greatestFiniteMagnitude,
        ]
        for value in hostile {
            for unit in [Chart.Unit.count, .perSecond, .bytes, .milliseconds] {
                let values = ticks(value, unit)
                #expect((2...17).contains(values.count))
                #expect(values.allSatisfy(\.isFinite) && (values.last ?? 0) >= (value.isFinite ? min(value, 1e30) : 0))
            }
        }
        #expect(ticks(.leastNonzeroMagnitude, .perSecond) == [0, 0.001])
        #expect(ticks(.leastNonzeroMagnitude, .count) == [0, 1])
    }

    @Test func timesAreWholeStepsInTheirZone() {
        let hour = TimeTicks(from: 1_764_338_400_000, to: 1_764_342_000_000, zone: .utc).ticks
        #expect(hour.map(\.label) == ["14:00", "14:10", "14:20", "14:30", "14:40", "14:50", "15:00"])
        #expect(hour.map(\.isMinor) == [false, true, false, true, false, true, false])
        let night = TimeTicks(from: 1_764_370_800_000, to: 1_764_378_000_000, zone: .utc).ticks
        #expect(night.map(\.label).contains("11-29"))
        #expect(TimeTicks(from: 5_000, to: 5_000, zone: .utc).ticks.map(\.label) == ["00:00:05"])
    }

    /// Clocks in central Europe, which were put forward at 01:00 UTC on 2026-03-29 and back at 01:00 UTC on 2026-10-25.
    private func europeanOffset(at time: Int) -> Int {
        (1_774_746_000_000..<1_792_890_000_000).contains(time) ? 7_200_000 : 3_600_000
    }

    @Test func timesGoOnWhereClocksArePutForward() {
        // From 22:00 to 12:00, in which 13 hours pass.
        let start = 1_774_746_000_000 - 4 * 3_600_000
        let night = TimeTicks(from: start, to: start + 13 * 3_600_000, offset: europeanOffset).ticks
        #expect(night.map(\.label) == ["22:00", "03-29", "04:00", "06:00", "08:00", "10:00", "12:00"])
        #expect(night.map { ($0.time - start) / 3_600_000 } == [0, 2, 5, 7, 9, 11, 13])
    }

    @Test func timesGoOnWhereClocksArePutBack() {
        let start = 1_792_890_000_000 - 3 * 3_600_000
        let night = TimeTicks(from: start, to: start + 7 * 3_600_000, offset: europeanOffset).ticks
        #expect(night.map(\.label) == ["10-25", "01:00", "02:00", "02:00", "03:00", "04:00", "05:00", "06:00"])
        let week = TimeTicks(from: start - 1, to: start + 6 * 86_400_000, offset: europeanOffset).ticks
        #expect(week.map(\.label) == ["10-25", "10-26", "10-27", "10-28", "10-29", "10-30"])
    }

    @Test func aLineIsInterruptedWhereNothingIsKnown() {
        var path = ChartPath(from: 0, to: 1000, top: 10)
        let points = series("a", [(0, 0, true), (100, 5, false), (500, 5, true), (600, 5, false), (1000, 10, true)])
            .points
        // From 0 to 5, then a gap, then a level line, then a dot.
        #expect(path.line(points) == "M0 1000l200-500M1000 500h200")
    }

    @Test func theLeastAndTheGreatestOfAPlaceAreAnArea() {
        var path = ChartPath(from: 0, to: 1000, top: 10)
        let points = [
            Chart.Point(time: 0, least: 0, most: 0, mean: 0, followsGap: true),
            Chart.Point(time: 500, least: 0, most: 10, mean: 5, followsGap: false),
            Chart.Point(time: 1000, least: 5, most: 5, mean: 5, followsGap: true),
        ]
        #expect(path.band(points) == "M0 1000l1000-1000v1000h-1000zM2000 500z")
        #expect(path.line(points) == "M0 1000l1000-500")
        #expect(path.band([points[0], points[2]]) == "")
    }

    @Test func namesAtTheEndsOfLinesAreApart() {
        #expect(ChartSVG.spread([200, 200, 200], least: 16, within: 4...198) == [166, 182, 198])
        #expect(ChartSVG.spread([10, 100, 12], least: 16, within: 4...198) == [10, 100, 26])
    }

    @Test func aHostileNameIsTextInThePlotAndInItsTable() {
        let name = TerminalText("</svg><script>alert(1)</script>\u{202E}")
        let markup = ChartSVG(chart([series(name, [(0, 1, true), (1000, 2, false)])])).markup.markup
        #expect(!markup.contains("<script"))
        #expect(markup.contains("&lt;/svg&gt;&lt;script&gt;alert(1)&lt;/script&gt;\\u{202e}"))
    }

    @Test func marksCloseToEachOtherShareALabel() {
        let marks = [(1, 100), (2, 110), (3, 900)].map { Chart.Mark(number: $0.0, time: $0.1) }
        let markup = ChartSVG(chart([series("a", [(0, 1, true)])], marks: marks)).markup.markup
        #expect(markup.contains(">1–2</text>"))
        #expect(markup.contains(">3</text>"))
        #expect(markup.components(of: "class=\"mark\"") == 3)
    }

    @Test func labelsOfManyMarksAreFewAndApart() {
        let marks = (1...30).map { Chart.Mark(number: $0, time: $0 * 33) }
        let markup = ChartMarks(marks, of: chart([]), height: 200).markup.markup
        #expect(markup.components(of: "class=\"mark\"") == 30)
        #expect((1...9).contains(markup.components(of: "class=\"number\"")))
        #expect(markup.contains(">1–") && markup.contains("–30</text>"))
    }

    @Test func shadesThatOverlapAreOneAndAShortOneIsSeen() {
        let marks = [
            Chart.Mark(number: 1, time: 100, end: 300), Chart.Mark(number: 2, time: 200, end: 400),
            Chart.Mark(number: 3, time: 800, end: 800), Chart.Mark(number: 4, time: 990, end: 5000),
        ]
        let markup = ChartMarks(marks, of: chart([]), height: 200).markup.markup
        let shades = ["x=\"10.00%\" width=\"30.00%\"", "x=\"80.00%\" width=\"0.40%\"", "x=\"99.00%\" width=\"1.00%\""]
        for shade in shades { #expect(markup.contains("<rect class=\"unseen\" \(shade)"), "\(markup)") }
        #expect(markup.components(of: "<rect") == 3)
    }

    @Test func aStretchThatBeginsBeforeThePlotIsMarkedAtItsBeginning() {
        let marks = [
            Chart.Mark(number: 1, time: -500, end: 250), Chart.Mark(number: 2, time: -100),
            Chart.Mark(number: 3, time: -500, end: -100),
        ]
        let markup = ChartMarks(marks, of: chart([]), height: 200).markup.markup
        #expect(markup.contains("<rect class=\"unseen\" x=\"0.00%\" width=\"25.00%\""))
        #expect(markup.contains("<line class=\"mark\" x1=\"0.00%\""))
        #expect(markup.contains(">1</text>"))
        #expect(markup.components(of: "<rect") == 1 && markup.components(of: "<line") == 1)
    }

    @Test func aPointBetweenTwoGapsIsADotAndOneLookIsInTheMiddle() {
        let line = series("a", [(0, 5, true), (100, 5, false), (500, 10, true)])
        let markup = ChartSVG(chart([line])).markup.markup
        #expect(markup.components(of: "<circle") == 1)
        #expect(markup.contains("<circle class=\"dot s1\" cx=\"50.00%\" cy=\"0\" r=\"3.5\"/>"))
        let look = Chart(
            id: "lag",
            title: "Lag",
            caption: "Entries.",
            unit: .count,
            series: [series("a", [(5000, 10, true)])],
            leftOut: nil,
            marks: [Chart.Mark(number: 1, time: 5000)],
            from: 5000,
            to: 5000,
            zone: .utc
        )
        let one = ChartSVG(look).markup.markup
        #expect(one.contains("<circle class=\"dot s1\" cx=\"50.00%\" cy=\"0\" r=\"3.5\"/>"))
        #expect(one.contains("<p class=\"span\">one look at 1970-01-01 00:00:05 UTC</p>"))
    }

    @Test func theAxisHasItsDateAndItsZone() {
        let markup = ChartSVG(chart([series("a", [(0, 1, true), (1000, 2, false)])])).markup.markup
        #expect(markup.contains("<p class=\"span\">1970-01-01 00:00:00 to 00:00:01 UTC</p>"))
        #expect(ClockZone.utc.span(from: 0, to: 86_400_000) == "1970-01-01 00:00:00 to 1970-01-02 00:00:00 UTC")
        #expect(ClockZone.utc.span(from: 999, to: 0) == "1970-01-01 00:00:00 UTC")
    }

    @Test func areasThatWouldCoverOthersAreLeftOutAndCounted() {
        func noisy(_ name: TerminalText, _ least: Double, _ most: Double) -> Chart.Series {
            Chart.Series(
                name: name,
                points: (0...10).map {
                    Chart.Point(time: $0 * 100, least: least, most: most, mean: (least + most) / 2, followsGap: $0 == 0)
                },
                first: least,
                last: most,
                least: least,
                most: most
            )
        }
        let series = [noisy("a", 50, 90), noisy("b", 40, 80), noisy("c", 0, 20)]
        let markup = ChartSVG(chart(series)).markup.markup
        #expect(markup.contains("class=\"band s1\"") && markup.contains("class=\"band s3\""))
        #expect(!markup.contains("class=\"band s2\""))
        #expect(
            markup.contains(
                "Without the areas from the least to the greatest value of 1 line: they would cover others."
            )
        )
    }

    @Test func figuresHaveTheirUnits() {
        let line = series("a", [(0, 1_204, true), (1000, 90_000, false)])
        #expect(
            chart([line]).table.render().shown.split(separator: "\n").last == "a       1,204  90,000  1,204  90,000"
        )
        #expect(chart([line], unit: .milliseconds).table.render().shown.contains("1m30s"))
        #expect(chart([line], unit: .bytes).tickText(131_072) == "128 KiB")
        #expect(chart([line]).tickText(20_000) == "20k")
        #expect(chart([line], unit: .perSecond).tickText(0.30000000000000004) == "0.3/s")
    }
}

extension String {
    /// How often a text is in it.
    fileprivate func components(of text: String) -> Int {
        var (count, rest) = (0, self[...])
        while let range = rest.firstRange(of: text) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
